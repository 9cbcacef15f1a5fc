/*
 * Weighted binary cross-entropy and its gradient, and the focal loss with gamma = 2, each as one plain loop for the compiler to vectorise:
 * with -ffast-math it calls libmvec where there is one. Sums are taken in the element type over a block, so that no lane has to widen.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>

enum
{
    BLOCK = 1024
};

/* Logits z, labels or targets y, gradient g, positive weight w. */
#define BINARY(NAME, T, LABEL, LOSS, WRITE)                                                                               \
    double NAME(const T *restrict z, const LABEL *restrict y, T *restrict g, ptrdiff_t n, T w, T scale)                   \
    {                                                                                                                     \
        double sum = 0;                                                                                                   \
        for (ptrdiff_t start = 0; start < n; start += BLOCK)                                                              \
        {                                                                                                                 \
            ptrdiff_t end = start + BLOCK < n ? start + BLOCK : n;                                                        \
            T part = 0;                                                                                                   \
            for (ptrdiff_t i = start; i < end; i++)                                                                       \
            {                                                                                                             \
                T x = z[i], t = (T)y[i], loss, slope;                                                                     \
                LOSS;                                                                                                     \
                part += loss;                                                                                             \
                WRITE;                                                                                                    \
            }                                                                                                             \
            sum += part;                                                                                                  \
        }                                                                                                                 \
        (void)g;                                                                                                          \
        (void)scale;                                                                                                      \
        return sum;                                                                                                       \
    }

#define CROSS_ENTROPY(T, EXP, LOG, ABS)                                                                                   \
    T e = EXP(-ABS(x)), u = 1 + e, weight = 1 + (w - 1) * t;                                                              \
    loss = weight * ((x > 0 ? x : 0) + LOG(u)) - w * t * x;                                                               \
    slope = weight * ((x > 0 ? 1 : e) / u) - w * t

#define FOCAL(T, EXP, LOG, ABS)                                                                                           \
    T sign = 1 - 2 * t, s = sign * x, e = EXP(-ABS(s)), u = 1 + e, r = 1 / u;                                             \
    T q = s > 0 ? r : e * r, p = s > 0 ? e * r : r, cost = (s > 0 ? s : 0) + LOG(u);                                      \
    T power = (1 + (w - 1) * t) * q * q;                                                                                  \
    loss = power * cost;                                                                                                  \
    slope = sign * power * (2 * p * cost + q)

#define EVERY_LOSS(TYPE, T, EXP, LOG, ABS)                                                                                \
    BINARY(bce_hard_gradient_##TYPE, T, uint8_t, CROSS_ENTROPY(T, EXP, LOG, ABS), g[i] = scale * slope)                   \
    BINARY(bce_soft_gradient_##TYPE, T, T, CROSS_ENTROPY(T, EXP, LOG, ABS), g[i] = scale * slope)                         \
    BINARY(bce_hard_loss_##TYPE, T, uint8_t, CROSS_ENTROPY(T, EXP, LOG, ABS), (void)slope)                                \
    BINARY(bce_soft_loss_##TYPE, T, T, CROSS_ENTROPY(T, EXP, LOG, ABS), (void)slope)                                      \
    BINARY(focal_hard_gradient_##TYPE, T, uint8_t, FOCAL(T, EXP, LOG, ABS), g[i] = scale * slope)

EVERY_LOSS(f32, float, expf, logf, fabsf)
EVERY_LOSS(f64, double, exp, log, fabs)
