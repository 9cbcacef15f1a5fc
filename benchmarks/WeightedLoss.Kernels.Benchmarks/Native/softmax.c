/*
 * Weighted cross-entropy of the softmax and its gradient, and the focal loss with gamma = 2, as plain loops for the compiler to
 * vectorise: with -ffast-math it calls libmvec where there is one. CLASSES makes the number of classes a constant.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#ifdef CLASSES
#define CLASS_COUNT(k) CLASSES
#else
#define CLASS_COUNT(k) (k)
#endif

enum
{
    LANES = 64,
    MOST_CLASSES_IN_LANES = 64
};

/*
 * What a row comes to: the loss, the factor of the exponentials in the gradient, and what is taken from the gradient of the label; from
 * the weight, the sum of the exponentials, that of the label, and the cost, log(sum) + max - z[label].
 */
#define CROSS_ENTROPY(T)                                                                                                  \
    (void)exponential_of_label;                                                                                           \
    T loss_of_row = weight * cost, factor_of_row = weight * scale / total, taken_of_row = weight * scale

#define FOCAL(T)                                                                                                          \
    T p = exponential_of_label / total, q = 1 - p, power = weight * q * q, c = scale * power * (2 * p * cost + q);        \
    T loss_of_row = power * cost, factor_of_row = q == 0 ? 0 : c / (total * q);                                           \
    T taken_of_row = exponential_of_label * factor_of_row + c

#define SOFTMAX(LOSS, ROW, TYPE, T, EXP, LOG)                                                                             \
                                                                                                                          \
    /* One row: logits z, gradient g. */                                                                                  \
    static double LOSS##_row_##TYPE(const T *restrict z, int32_t label, T weight, T *restrict g, ptrdiff_t k, T scale)    \
    {                                                                                                                     \
        T max = z[0], sum = 0;                                                                                            \
        for (ptrdiff_t j = 1; j < k; j++)                                                                                 \
            max = z[j] > max ? z[j] : max;                                                                                \
        for (ptrdiff_t j = 0; j < k; j++)                                                                                 \
        {                                                                                                                 \
            T e = EXP(z[j] - max);                                                                                        \
            g[j] = e;                                                                                                     \
            sum += e;                                                                                                     \
        }                                                                                                                 \
        T total = sum, exponential_of_label = g[label], cost = LOG(sum) + (max - z[label]);                               \
        ROW(T);                                                                                                           \
        for (ptrdiff_t j = 0; j < k; j++)                                                                                 \
            g[j] *= factor_of_row;                                                                                        \
        g[label] -= taken_of_row;                                                                                         \
        return loss_of_row;                                                                                               \
    }                                                                                                                     \
                                                                                                                          \
    /* Row by row: n rows of k logits z, labels y, class weights w. */                                                    \
    double LOSS##_rows_##TYPE(const T *restrict z, const int32_t *restrict y, const T *restrict w, T *restrict g,         \
                          ptrdiff_t n, ptrdiff_t k, T scale)                                                              \
    {                                                                                                                     \
        const ptrdiff_t c = CLASS_COUNT(k);                                                                               \
        double loss = 0;                                                                                                  \
        for (ptrdiff_t i = 0; i < n; i++)                                                                                 \
            loss += LOSS##_row_##TYPE(z + i * c, y[i], w[y[i]], g + i * c, c, scale);                                     \
        return loss;                                                                                                      \
    }                                                                                                                     \
                                                                                                                          \
    /* The same with the loops over rows inside. */                                                                       \
    double LOSS##_lanes_##TYPE(const T *restrict z, const int32_t *restrict y, const T *restrict w, T *restrict g,        \
                           ptrdiff_t n, ptrdiff_t k, T scale)                                                             \
    {                                                                                                                     \
        const ptrdiff_t c = CLASS_COUNT(k);                                                                               \
        T e[MOST_CLASSES_IN_LANES * LANES], max[LANES], sum[LANES], taken[LANES], factor[LANES];                          \
        double loss = 0;                                                                                                  \
        ptrdiff_t start = 0;                                                                                              \
        for (; start + LANES <= n; start += LANES)                                                                        \
        {                                                                                                                 \
            const T *rows = z + start * c;                                                                                \
            const int32_t *labels = y + start;                                                                            \
            T *out = g + start * c, part = 0;                                                                             \
            for (int i = 0; i < LANES; i++)                                                                               \
            {                                                                                                             \
                max[i] = rows[i * c];                                                                                     \
                sum[i] = 0;                                                                                               \
            }                                                                                                             \
            for (ptrdiff_t j = 1; j < c; j++)                                                                             \
                for (int i = 0; i < LANES; i++)                                                                           \
                    max[i] = rows[i * c + j] > max[i] ? rows[i * c + j] : max[i];                                         \
            for (ptrdiff_t j = 0; j < c; j++)                                                                             \
                for (int i = 0; i < LANES; i++)                                                                           \
                {                                                                                                         \
                    T exponential = EXP(rows[i * c + j] - max[i]);                                                        \
                    e[j * LANES + i] = exponential;                                                                       \
                    sum[i] += exponential;                                                                                \
                }                                                                                                         \
            for (int i = 0; i < LANES; i++)                                                                               \
            {                                                                                                             \
                T weight = w[labels[i]], total = sum[i], exponential_of_label = e[labels[i] * LANES + i];                 \
                T cost = LOG(total) + (max[i] - rows[i * c + labels[i]]);                                                 \
                ROW(T);                                                                                                   \
                factor[i] = factor_of_row;                                                                                \
                taken[i] = taken_of_row;                                                                                  \
                part += loss_of_row;                                                                                      \
            }                                                                                                             \
            loss += part;                                                                                                 \
            for (ptrdiff_t j = 0; j < c; j++)                                                                             \
                for (int i = 0; i < LANES; i++)                                                                           \
                    out[i * c + j] = e[j * LANES + i] * factor[i];                                                        \
            for (int i = 0; i < LANES; i++)                                                                               \
                out[i * c + labels[i]] -= taken[i];                                                                       \
        }                                                                                                                 \
        return loss + LOSS##_rows_##TYPE(z + start * c, y + start, w, g + start * c, n - start, k, scale);                \
    }

SOFTMAX(ce, CROSS_ENTROPY, f32, float, expf, logf)
SOFTMAX(ce, CROSS_ENTROPY, f64, double, exp, log)
SOFTMAX(focal, FOCAL, f32, float, expf, logf)
SOFTMAX(focal, FOCAL, f64, double, exp, log)
