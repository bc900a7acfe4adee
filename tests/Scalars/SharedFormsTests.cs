using GraphGrad.Compilation.Kernels;
using GraphGrad.Operations;
using GraphGrad.Scalars;
using Xunit.Abstractions;

namespace GraphGrad.Tests.Scalars;

/// <summary>Forms that values take beside others: as exact as those they take alone, of one exponential, and in kernels that compute both.</summary>
public sealed class SharedFormsTests(ITestOutputHelper output)
{
    private const long Stride = 50_021;

    // So many elements that gradients are computed in float32.
    private const int Count = 200_003;

    [Fact]
    public void A_logistic_function_keeps_its_form_without_others()
    {
        var b = new ScalarBuilder();
        var x = b.Parameter(DType.Float32, 0);
        new SigmoidOp().Lower(b, x);
        new SigmoidOp().Lower(b, b.Add(x, x));
        Square(b, new SechOp().Lower(b, x), out _);
        // Of 2·x there are two, and of x one.
        Assert.Equal(2, b.Forms.Taken().Count);
    }

    [Theory]
    [InlineData(DType.Float32, 2, 4)]
    [InlineData(DType.Float64, 3, 6)]
    public void Logistic_functions_and_their_slope_share_an_exponential_and_stay_exact(DType type, double allowed, double slopeAllowed)
    {
        var b = new ScalarBuilder();
        var x = b.Parameter(type, 0);
        var (up, down) = (new SigmoidOp().Lower(b, x), new SigmoidOp().Lower(b, b.Negate(x)));
        Square(b, new SechOp().Lower(b, b.Multiply(x, b.Number(type, 0.5))), out var product);
        var forms = b.Forms.Taken();
        Assert.Equal([up, down, product], forms.Keys);
        Assert.Equal(Fused(forms[product]), Fused(forms[up], forms[down], forms[product]));

        var random = new Random(1);
        var inputs = new List<double> { 0, -0.0, double.PositiveInfinity, double.NegativeInfinity, double.NaN, 1e-40, -1e-40, double.Epsilon, 88.722, -88.73, -103.97, 104, -104, 150, -745.1, 745.2, -4.157, 40, 80 };
        for (var i = 0; i < 60_000; i++) inputs.Add(((random.NextDouble() * 2) - 1) * (i % 3 == 0 ? 4 : type == DType.Float32 ? 106 : 750));
        if (type == DType.Float32)
        {
            for (var bits = 0L; bits < 1L << 32; bits += Stride) inputs.Add(BitConverter.Int32BitsToSingle(unchecked((int)bits)));
            inputs = inputs.ConvertAll(n => (double)(float)n);
        }
        Within(allowed, forms[up], n => 1 / (1 + Math.Exp(-n)) is > 0 and var s ? s : Math.Exp(n));
        Within(allowed, forms[down], n => 1 / (1 + Math.Exp(n)) is > 0 and var s ? s : Math.Exp(-n));
        // Four times what was rounded as a denormal number; in float64 the expected slope errs by some units, too.
        Within(slopeAllowed, forms[product], n => 4 * Math.Exp(-Math.Abs(n)) / ((1 + Math.Exp(-Math.Abs(n))) * (1 + Math.Exp(-Math.Abs(n)))));

        void Within(double most, Scalar form, Func<double, double> expected)
        {
            double[] y = type == DType.Float64 ? ScalarEvaluator.Evaluate(form, inputs.ToArray()) : Array.ConvertAll(ScalarEvaluator.Evaluate(form, inputs.ConvertAll(n => (float)n).ToArray()), n => (double)n);
            var (worst, at) = (-1.0, 0);
            for (var i = 0; i < y.Length; i++)
            {
                var ulps = FunctionAccuracy.Ulps(type, y[i], expected(inputs[i]));
                if (!(ulps <= worst)) (worst, at) = (double.IsNaN(ulps) ? double.PositiveInfinity : ulps, i);
            }
            output.WriteLine($"{worst:F3} units at {inputs[at]:R}");
            Expect.True(worst <= most, $"{type.Text()}: {worst:F3} units in the last place at {inputs[at]:R}: {y[at]:R} instead of {expected(inputs[at]):R}; {most} are allowed");
        }
    }

    /// <summary>Of functions of functions, too: the inner one's form is found in what the outer one's is made of.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Kernels_take_them(int layers)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [Count]);
        var y = x;
        for (var i = 0; i < layers; i++) y *= Ops.Sigmoid(y * 1.7);
        Value[] results = [y, Ops.Gradient(Ops.Sum(y), x)];
        var random = new Random(layers);
        float[] numbers = [0, -0f, float.NaN, float.NegativeInfinity, float.PositiveInfinity, -61.2f, 120, -120, .. Enumerable.Range(0, Count - 8).Select(i => ((random.NextSingle() * 2) - 1) * (i % 2 == 0 ? 70 : 4))];
        foreach (var width in new[] { VectorWidth.Vector512, VectorWidth.Vector256, VectorWidth.Vector128, VectorWidth.Scalar })
        {
            using var session = new Session(graph, new SessionOptions { Width = width });
            // One power of two for each exponential.
            Assert.Equal(layers + 1, session.Explain(results).Kernels.Split(nameof(ScalarOp.ShiftLeft)).Length);
            var actual = session.Run(results, [(x, TensorData.Create(numbers, numbers.Length))]);
            for (var i = 0; i < numbers.Length; i++)
            {
                double value = numbers[i], slope = 1;
                for (var layer = 0; layer < layers; layer++)
                {
                    var s = Sigmoid(1.7 * value);
                    (value, slope) = (value * s, slope * (s + (1.7 * value * s * Sigmoid(-1.7 * value))));
                }
                Is(value, 0);
                Is(slope, 1);

                void Is(double expected, int result)
                {
                    var found = actual[result].AsSpan<float>()[i];
                    // The slope's two terms are both of this size where they cancel.
                    var near = (2e-6 * Sigmoid(1.7 * numbers[i])) + 1e-41;
                    Expect.True(((float)expected).Equals(found) || Math.Abs(found - expected) <= (2e-5 * Math.Abs(expected)) + near, $"result {result} of {numbers[i]:R} at {width} is {found:R}, not {expected:R}");
                }
            }
        }

        static double Sigmoid(double n) => n < 0 ? Math.Exp(n) / (1 + Math.Exp(n)) : 1 / (1 + Math.Exp(-n));
    }

    private static int Fused(params Scalar[] roots) => ScalarGraph.Reachable(roots).Distinct().Count(s => s.Op == ScalarOp.FusedMultiplyAdd);

    private static void Square(ScalarBuilder b, Scalar value, out Scalar product) => product = b.Multiply(value, value);
}
