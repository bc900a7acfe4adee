namespace GraphGrad.Parity.Live.Expressions;

internal static class AliasTwins
{
    public static readonly Twins All = new()
    {
        ["absolute"] = t => Of("torch.absolute(x)", t),
        ["arccos"] = t => Of("torch.arccos(x)", t),
        ["arccosh"] = t => Of("torch.arccosh(x)", t),
        ["arcsin"] = t => Of("torch.arcsin(x)", t),
        ["arcsinh"] = t => Of("torch.arcsinh(x)", t),
        ["arctan"] = t => Of("torch.arctan(x)", t),
        ["arctanh"] = t => Of("torch.arctanh(x)", t),
        ["arctan2"] = t => Of("torch.arctan2(x, y)", t),
        ["clip"] = t => Of("torch.clip(x, -0.5, 1.0)", t),
        ["divide"] = t => Of("torch.divide(x, y)", t),
        ["multiply"] = t => Of("torch.multiply(x, y)", t),
        ["subtract"] = t => Of("torch.subtract(x, y)", t),
        ["rsub"] = t => Of("torch.rsub(x, y)", t),
        ["negative"] = t => Of("torch.negative(x)", t),
        ["greater"] = t => Of("torch.greater(x, y)", t),
        ["greater_equal"] = t => Of("torch.greater_equal(x, y)", t),
        ["less"] = t => Of("torch.less(x, y)", t),
        ["less_equal"] = t => Of("torch.less_equal(x, y)", t),
        ["not_equal"] = t => Of("torch.not_equal(x, y)", t),
        ["special.expit"] = t => Of("torch.special_expit(x)", t),
        ["special.modified_bessel_i0"] = t => Of("torch.special_modified_bessel_i0(x)", t),
        ["special.modified_bessel_i1"] = t => Of("torch.special_modified_bessel_i1(x)", t),
        ["special.log_ndtr"] = t => Of("torch.special_log_ndtr(x)", t),
        ["frobenius_norm"] = t => Of("torch.frobenius_norm(x, [0, 1])", t),
        ["split_with_sizes"] = t => (Of("torch.split_with_sizes(x, [1, 3], 1)[0]", t), Of("torch.split_with_sizes(x, [1, 3], 1)[1]", t)),
        ["constant_pad_nd"] = t => Of("torch.constant_pad_nd(x, [1, 2], 1.5)", t),
        ["sum_to_size"] = t => Of("x.sum_to_size([1, 4])", t),
        ["reshape_as"] = t => Of("x.reshape_as(y)", t),
        ["type_as"] = t => Of("x.type_as(y)", t),
        ["double"] = t => t[0].to_type(ScalarType.Float64),
        ["float"] = t => t[0].to_type(ScalarType.Float32),
        ["int"] = t => t[0].to_type(ScalarType.Int32),
        ["long"] = t => t[0].to_type(ScalarType.Int64),
        ["bool"] = t => t[0].to_type(ScalarType.Bool),
        ["gumbel_softmax"] = t => Of("torch.softmax((x + y) / 0.7, -1)", t),
        ["max_pool3d_with_indices"] = t => (Of("torch.max_pool3d_with_indices(x, [2, 2, 2])[0]", t), Of("torch.max_pool3d_with_indices(x, [2, 2, 2])[1]", t)),
        ["adaptive_max_pool1d_with_indices"] = t => (Of("torch.adaptive_max_pool1d(x, [3])[0]", t), Of("torch.adaptive_max_pool1d(x, [3])[1]", t)),
        ["adaptive_max_pool3d"] = t => (Of("torch.adaptive_max_pool3d(x, [2, 2, 3])[0]", t), Of("torch.adaptive_max_pool3d(x, [2, 2, 3])[1]", t)),
        ["max_unpool3d"] = t => Of("torch.max_unpool3d(x, y, [2, 2, 2], [1, 1, 1], [0, 0, 0])", t),
        ["max_unpool1d"] = t => Of("torch.squeeze(torch.max_unpool2d(torch.unsqueeze(x, -2), torch.unsqueeze(y, -2), [1, 5]), -2)", t),
        ["max_unpool3d of an image"] = t => Of("torch.max_unpool3d(x, y, [2, 2, 2], [1, 1, 1], [0, 0, 0])", t),
    };

    private static Tensor Of(string expression, Tensor[] t) =>
        t.Length == 1 ? Script.Run(expression, ("x", t[0])) : Script.Run(expression, ("x", t[0]), ("y", t[1]));
}
