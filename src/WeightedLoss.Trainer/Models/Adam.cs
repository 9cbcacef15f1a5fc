using System.Runtime.Intrinsics;

namespace WeightedLoss.Trainer.Models;

/// <summary>D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, with the paper's constants.</summary>
internal sealed class Adam(int parameters)
{
    private const float Beta1 = 0.9f;
    private const float Beta2 = 0.999f;
    private const float Epsilon = 1e-8f;

    private readonly float[] _mean = new float[parameters];
    private readonly float[] _square = new float[parameters];

    // Powers by repeated multiplication: a library's pow may differ from machine to machine.
    private double _beta1Power = 1;
    private double _beta2Power = 1;

    /// <summary>Moves the parameters one step against the gradient.</summary>
    public void Step(float[] parameters, float[] gradient, float learningRate)
    {
        _beta1Power *= Beta1;
        _beta2Power *= Beta2;
        var rate = Vector512.Create((float)(learningRate / (1 - _beta1Power)));
        var correction = Vector512.Create((float)(1 / (1 - _beta2Power)));
        var part1 = Vector512.Create(1 - Beta1);
        var part2 = Vector512.Create(1 - Beta2);
        var epsilon = Vector512.Create(Epsilon);

        var p = DenseAlgebra.Lanes(parameters.AsSpan());
        var g = DenseAlgebra.Lanes(gradient.AsSpan());
        var m = DenseAlgebra.Lanes(_mean.AsSpan());
        var v = DenseAlgebra.Lanes(_square.AsSpan());
        for (var i = 0; i < p.Length; i++)
        {
            m[i] = Vector512.FusedMultiplyAdd(part1, g[i] - m[i], m[i]);
            v[i] = Vector512.FusedMultiplyAdd(part2, (g[i] * g[i]) - v[i], v[i]);
            p[i] -= rate * m[i] / (Vector512.Sqrt(v[i] * correction) + epsilon);
        }
    }
}
