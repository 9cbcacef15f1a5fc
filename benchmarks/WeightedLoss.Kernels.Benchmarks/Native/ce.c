/*
 * Weighted cross-entropy and its gradient as plain loops, for the compiler to vectorise: with -ffast-math it calls libmvec where there
 * is one. CLASSES makes the number of classes a constant.
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

#define CROSS_ENTROPY(TYPE, T, EXP, LOG)                                                                                  \
                                                                                                                          \
    /* One row: logits z, gradient g. */                                                                                  \
    static double row_##TYPE(const T *restrict z, int32_t label, T weight, T *restrict g, ptrdiff_t k, T scale)           \
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
        T factor = weight * scale / sum;                                                                                  \
        for (ptrdiff_t j = 0; j < k; j++)                                                                                 \
            g[j] *= factor;                                                                                               \
        g[label] -= weight * scale;                                                                                       \
        return weight * (LOG(sum) + (max - z[label]));                                                                    \
    }                                                                                                                     \
                                                                                                                          \
    /* Row by row: n rows of k logits z, labels y, class weights w. */                                                    \
    double ce_rows_##TYPE(const T *restrict z, const int32_t *restrict y, const T *restrict w, T *restrict g,             \
                          ptrdiff_t n, ptrdiff_t k, T scale)                                                              \
    {                                                                                                                     \
        const ptrdiff_t c = CLASS_COUNT(k);                                                                               \
        double loss = 0;                                                                                                  \
        for (ptrdiff_t i = 0; i < n; i++)                                                                                 \
            loss += row_##TYPE(z + i * c, y[i], w[y[i]], g + i * c, c, scale);                                            \
        return loss;                                                                                                      \
    }                                                                                                                     \
                                                                                                                          \
    /* The same with the loops over rows inside. */                                                                       \
    double ce_lanes_##TYPE(const T *restrict z, const int32_t *restrict y, const T *restrict w, T *restrict g,            \
                           ptrdiff_t n, ptrdiff_t k, T scale)                                                             \
    {                                                                                                                     \
        const ptrdiff_t c = CLASS_COUNT(k);                                                                               \
        T e[MOST_CLASSES_IN_LANES * LANES], max[LANES], sum[LANES], weight[LANES], factor[LANES];                         \
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
                weight[i] = w[labels[i]];                                                                                 \
                factor[i] = weight[i] * scale / sum[i];                                                                   \
                part += weight[i] * (LOG(sum[i]) + (max[i] - rows[i * c + labels[i]]));                                   \
            }                                                                                                             \
            loss += part;                                                                                                 \
            for (ptrdiff_t j = 0; j < c; j++)                                                                             \
                for (int i = 0; i < LANES; i++)                                                                           \
                    out[i * c + j] = e[j * LANES + i] * factor[i];                                                        \
            for (int i = 0; i < LANES; i++)                                                                               \
                out[i * c + labels[i]] -= weight[i] * scale;                                                              \
        }                                                                                                                 \
        return loss + ce_rows_##TYPE(z + start * c, y + start, w, g + start * c, n - start, k, scale);                    \
    }

CROSS_ENTROPY(f32, float, expf, logf)
CROSS_ENTROPY(f64, double, exp, log)
