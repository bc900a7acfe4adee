using GraphGrad.Rewriting;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Rewriting;

public class AlgebraTests
{
    private static readonly RuleSet Rules = (CanonicalRules.All + AlgebraRules.All + FoldingRules.All).Within(Soundness.SignOfZero | Soundness.Rounding);

    private readonly Graph graph = new();
    private readonly Value x;
    private readonly Value y;

    public AlgebraTests()
    {
        x = graph.Placeholder("x", [2, 3], DType.Float64);
        y = graph.Placeholder("y", [3], DType.Float64);
    }

    [Fact]
    public void Multiplying_by_one_disappears() =>
        RuleTest.Given(x * 1).Applying(AlgebraRules.All).Gives(x).WithSameValues();

    [Fact]
    public void Transpositions_meet_behind_slices_parts_and_borders()
    {
        var turned = Transpose(Exp(x));
        RuleTest.Given(Transpose(Slice(turned, 0, 1, 2))).Applying(AlgebraRules.All).Gives(Slice(Exp(x), 1, 1, 2)).WithSameValues();
        RuleTest.Given(Transpose(Concat([turned, Transpose(x)], 0))).Applying(AlgebraRules.All).Gives(Concat([Exp(x), x], 1)).WithSameValues();
        RuleTest.Given(Transpose(Pad(turned, [1, 0], [0, 2]))).Applying(AlgebraRules.All).Gives(Pad(Exp(x), [0, 1], [2, 0])).WithSameValues();
    }

    [Fact]
    public void A_neutral_operand_may_come_first() =>
        RuleTest.Given(0 + (1 * x) - 0).Applying(Rules).Gives(x).WithSameValues();

    [Fact]
    public void A_repeated_one_is_a_one() =>
        RuleTest.Given(y * OnesLike(x)).Applying(AlgebraRules.All).Gives(BroadcastTo(y, [2, 3])).WithSameValues();

    [Fact]
    public void A_tensor_of_ones_is_a_one() =>
        RuleTest.Given(x * graph.Constant([1.0, 1, 1])).Applying(AlgebraRules.All).Gives(x).WithSameValues();

    [Fact]
    public void Negations_move_outward_and_meet() =>
        RuleTest.Given((-x * y) + (x / -y)).Applying(Rules).Gives(-(x * y) - (x / y)).WithSameValues();

    [Fact]
    public void Negative_constants_become_differences() =>
        RuleTest.Given((-2.0 + x) - (-3.0 * y)).Applying(Rules).Gives((x - 2) + (y * 3)).WithSameValues();

    [Fact]
    public void Small_powers_are_products() =>
        RuleTest.Given(Pow(x, 2) + Pow(x, 1)).Applying(Rules).Gives((x * x) + x).WithSameValues();

    [Fact]
    public void Constant_factors_are_united() =>
        RuleTest.Given(2 * (x * 3) / 4).Applying(Rules).Gives(x * 1.5).WithSameValues();

    [Fact]
    public void Constant_factors_that_overflow_together_are_not()
    {
        var product = x * 1e200 * 1e200;
        RuleTest.Given(product).Applying(Rules).Gives(product);
    }

    [Fact]
    public void Zero_times_a_float_may_be_NaN()
    {
        RuleTest.Given(x * 0).Applying(Rules).Gives(x * 0);
        RuleTest.Given(x * 0).Applying(AlgebraRules.All).Gives(ZerosLike(x)).WithSameValues();
    }

    [Fact]
    public void Integers_have_no_NaN()
    {
        var n = graph.Placeholder("n", [3], DType.Int32);
        RuleTest.Given((n * 0) + (n - n) + n + 2 + 3).Applying(Rules).Gives(n + 5).WithSameValues();
    }

    [Fact]
    public void Selections_on_one_condition_are_one()
    {
        var c = x > 0;
        RuleTest.Given(Where(c, Where(c, x, y), Where(!c, y, x))).Applying(Rules).Gives(Where(c, x, y)).WithSameValues();
    }

    [Fact]
    public void Views_of_views_are_views() =>
        RuleTest.Given(Transpose(Reshape(Reshape(Transpose(Transpose(x)), 6), 2, 3))).Applying(Rules).Gives(Transpose(x)).WithSameValues();

    [Fact]
    public void Slices_of_slices_are_slices()
    {
        var v = graph.Placeholder("v", [10], DType.Float64);
        RuleTest.Given(v[2..9][1..4]).Applying(Rules).Gives(v[3..6]).WithSameValues();
    }

    [Fact]
    public void Work_is_done_before_repeating() =>
        RuleTest.Given(Exp(BroadcastTo(y, [2, 3]) * 2)).Applying(Rules).Gives(BroadcastTo(Exp(y * 2), [2, 3])).WithSameValues();

    [Fact]
    public void Operands_that_repeat_by_themselves_are_not_repeated() =>
        RuleTest.Given(x + BroadcastTo(y, [2, 3])).Applying(Rules).Gives(x + y).WithSameValues();

    [Fact]
    public void Transposes_of_a_chain_meet_and_cancel()
    {
        var (image, bias) = (graph.Placeholder("image", [2, 5, 4, 3], DType.Float64), graph.Placeholder("bias", [1, 1, 1, 3], DType.Float64));
        Value First(Value v) => Transpose(v, [0, 3, 1, 2]);
        var chain = Where(First(image) <= First(bias), 0, Exp(First(image)));
        RuleTest.Given(Transpose(chain, [0, 2, 3, 1])).Applying(Rules).Gives(Where(image <= bias, 0, Exp(image))).WithSameValues();
    }

    [Fact]
    public void Reductions_do_not_need_transposed_operands()
    {
        var image = graph.Placeholder("image", [2, 5, 4, 3], DType.Float64);
        RuleTest.Given(Sum(Transpose(image, [0, 3, 1, 2]), [0, 2, 3])).Applying(Rules).Gives(Sum(image, [0, 1, 2])).WithSameValues();
        RuleTest.Given(Max(Transpose(image, [3, 2, 1, 0]), 1)).Applying(Rules).Gives(Transpose(Max(image, 2), [2, 1, 0])).WithSameValues();
    }

    [Fact]
    public void Sums_of_repeated_values_are_products() =>
        RuleTest.Given(Sum(BroadcastTo(y, [4, 2, 3]))).Applying(Rules).Gives(Sum(y) * 8).WithSameValues();

    [Fact]
    public void Sums_of_sums_are_sums() =>
        RuleTest.Given(Sum(Sum(x, axis: 1))).Applying(Rules).Gives(Sum(x)).WithSameValues();

    [Fact]
    public void Constants_are_computed_once() =>
        RuleTest.Given(x + Sin(graph.Constant([1.0, 2, 3]) * 2)).Applying(Rules)
            .Gives(x + graph.Constant([Math.Sin(2), Math.Sin(4), Math.Sin(6)])).WithSameValues();

    [Fact]
    public void Data_that_fails_is_left_to_the_run()
    {
        var quotient = graph.Constant([1, 2]) / graph.Constant([1, 0]);
        RuleTest.Given(quotient).Applying(Rules).Gives(quotient);
    }

    [Fact]
    public void Transposed_products_exchange_their_operands()
    {
        var w = graph.Placeholder("w", [3, 4], DType.Float64);
        RuleTest.Given(Transpose(MatMul(x, w))).Applying(Rules).Gives("dot(w, x; contract [0]·[1])").WithSameValues();
    }

    [Fact]
    public void Powers_of_two_divide_by_multiplying() =>
        RuleTest.Given((x / 8) + (y / 3)).Applying(AlgebraRules.Strength).Gives((x * 0.125) + (y / 3)).WithSameValues(0);

    [Fact]
    public void Structurally_equal_operands_are_one() =>
        RuleTest.Given(Maximum(Sin(x), Sin(x))).Applying(Rules).Gives(Sin(x)).WithSameValues();

    [Fact]
    public void Random_values_are_never_equal()
    {
        var (a, b) = (RandomUniform(graph, [3], seed: 1, dtype: DType.Float64), RandomUniform(graph, [3], seed: 1, dtype: DType.Float64));
        RuleTest.Given(Maximum(a, b)).Applying(Rules).Gives(Maximum(a, b));
    }

    [Fact]
    public void Doubled_terms_are_summed_and_doubled_once()
    {
        RuleTest.Given(Sum(x * 2, 1)).Applying(AlgebraRules.Strength).Gives(Sum(x, 1) * 2).WithSameValues(0);
        // Halves may vanish in the terms, and do not overflow in the sum.
        RuleTest.Given(Sum(x * 0.5, 1)).Applying(AlgebraRules.Strength).Gives(Sum(x * 0.5, 1));
        RuleTest.Given(Max(x * 2, 1)).Applying(AlgebraRules.Strength).Gives(Max(x * 2, 1));
    }

    [Fact]
    public void Terms_that_are_narrowed_are_summed_before() =>
        RuleTest.Given(Sum(Cast(x, DType.Float32), 0)).Applying(AlgebraRules.Strength).Gives(Cast(Sum(x, 0), DType.Float32)).WithSameValues(1e-6);

    /// <summary>Where a norm is 0 its elements are finite, so that a factor that is 0 there does without a mask; any other may not.</summary>
    [Fact]
    public void Gradients_of_norms_need_no_mask()
    {
        var norm = Sqrt(Sum(x * x, 1));
        var isZero = Equal(norm, 0);
        Value Masked(Value factor, Value elements, Value taken) => Where(ExpandDims(taken, 1), ExpandDims(factor, 1) * elements, 0);
        var weight = Where(isZero, 0, 1 / norm);
        RuleTest.Given(Masked(weight, x, Not(isZero))).Applying(AlgebraRules.All).Gives(ExpandDims(weight, 1) * x).WithSameValues();
        foreach (var other in new[] { Masked(1 / norm, x, Not(isZero)), Masked(weight, Exp(x), Not(isZero)), Masked(weight, x, isZero), Masked(Where(isZero, 1, norm), x, Not(isZero)) })
            RuleTest.Given(other).Applying(AlgebraRules.All).Gives(other);
        // A square matrix fits the other way round, too: there each element's own column is 0, not its row.
        var square = graph.Placeholder("square", [3, 3], DType.Float64);
        var columns = Sqrt(Sum(square * square, 0));
        var crossed = Where(ExpandDims(Not(Equal(columns, 0)), 1), ExpandDims(Where(Equal(columns, 0), 0, 1 / columns), 1) * square, 0);
        RuleTest.Given(crossed).Applying(AlgebraRules.All).Gives(crossed);
        // So it is without the axis that a sum along rows left out: what is repeated then stands for columns.
        var rows = Equal(Sqrt(Sum(square * square, 1)), 0);
        foreach (var repeated in new[] { Where(Not(rows), Where(rows, 0, y) * square, 0), Where(ExpandDims(Not(rows), 1), Where(rows, 0, y) * square, 0), Where(ExpandDims(Not(rows), 1), Where(rows, 0, square) * square, 0) })
            RuleTest.Given(repeated).Applying(AlgebraRules.All).Gives(repeated);
    }
}
