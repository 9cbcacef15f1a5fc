/* Plain loops over the C library's exp, for the compiler to vectorise: with -ffast-math it calls libmvec where there is one. */
#include <math.h>
#include <stddef.h>

void exp_f32(const float *restrict x, float *restrict y, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; i++)
        y[i] = expf(x[i]);
}

void exp_f64(const double *restrict x, double *restrict y, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; i++)
        y[i] = exp(x[i]);
}
