namespace GraphGrad.Parity.Live.Expressions;

internal static class ModuleTwins
{
    public static readonly Twins All = new()
    {
        ["lstm with projections"] = t => Projected(t, 3, 1, false, false),
        ["lstm with projections in two layers both ways"] = t => Projected(t, 3, 2, true, false),
        ["lstm with projections from zeros"] = t => Projected([t[0], zeros(2, 4, 2, dtype: t[0].dtype), zeros(2, 4, 3, dtype: t[0].dtype), .. t[1..]], 3, 2, false, true),
        ["embedding of a greatest norm"] = t => LayerTwins.OfWeights(nn.Embedding(5, 4, max_norm: 1.5, dtype: t[1].dtype), ["weight"], t[1..], m => [m.call(t[0])]),
        ["embedding of a greatest norm of order 1 with padding"] = t => LayerTwins.OfWeights(nn.Embedding(5, 4, padding_idx: 1, max_norm: 3, norm_type: 1, dtype: t[1].dtype), ["weight"], t[1..], m => [m.call(t[0])]),
        ["embedding_bag of a greatest norm"] = t => LayerTwins.OfWeights(nn.EmbeddingBag(5, 4, max_norm: 1.5, mode: EmbeddingBagMode.Sum, dtype: t[1].dtype), ["weight"], t[1..], m => [m.call(t[0].reshape(2, 2))]),
        ["embedding_renorm_"] = t => Script.Run("torch.embedding_renorm_(x.clone(), i, 1.5, 2.0)", ("x", t[1]), ("i", t[0])),
        ["renorm by the largest element"] = t => One("torch.renorm(x, float('inf'), 1, 0.5)", t),
        ["fake_quantize_per_tensor_affine"] = t => One("torch.fake_quantize_per_tensor_affine(x, 0.25, 1, -8, 7)", t),
        ["fake_quantize_per_channel_affine"] = t => Script.Run("torch.fake_quantize_per_channel_affine(x, s, z, 0, -8, 7)", ("x", t[0]), ("s", tensor([0.25f, 0.5f, 0.125f])), ("z", t[1])),
        ["init.dirac_"] = t => (Dirac(t, 4, 3, 3), cat([Dirac(t, 2, 2, 5, 4), Dirac(t, 2, 2, 5, 4)], 0), Dirac(t, 2, 4, 1, 3, 2)),
        ["init.constant_"] = t => nn.init.constant_(zeros(2, 3, dtype: t[0].dtype), 0.3),

        ["_upsample_bilinear2d_aa"] = t => Shrunk("bilinear", "False", t),
        ["_upsample_bilinear2d_aa corners"] = t => Shrunk("bilinear", "True", t),
        ["_upsample_bicubic2d_aa"] = t => Shrunk("bicubic", "False", t),
        ["_upsample_bicubic2d_aa corners"] = t => Shrunk("bicubic", "True", t),
        ["_upsample_bilinear2d_aa by a factor"] = t => One("torch._upsample_bilinear2d_aa(x, None, False, [0.4, 0.4])", t),
        ["_upsample_bicubic2d_aa by a factor"] = t => One("torch._upsample_bicubic2d_aa(x, None, False, [0.4, 0.4])", t),

        ["pad_sequence"] = t => nn.utils.rnn.pad_sequence(t),
        ["pad_sequence batch first"] = t => nn.utils.rnn.pad_sequence(t, batch_first: true, padding_value: -1.5),
        ["fft.hfft2"] = t => One("torch.fft_hfft2(torch.view_as_complex(x), None, [0, 1], 'ortho')", t),
        ["fft.hfftn"] = t => One("torch.fft_hfftn(torch.view_as_complex(x), [4, 2, 3], [1, 0, 2])", t),
        ["fft.ihfft2"] = t => One("torch.view_as_real(torch.resolve_conj(torch.fft_ihfft2(x))) * 1.0", t),
        ["fft.ihfftn"] = t => One("torch.view_as_real(torch.resolve_conj(torch.fft_ihfftn(x, None, None, 'forward'))) * 1.0", t),

        ["lstm with projections of another size"] = t => Script.Run(
            "torch.lstm(x, [torch.zeros([1, 2, 2]), torch.zeros([1, 2, 3])], [a, b, c], False, 1, 0.0, False, False, False)[0]", ("x", t[0]), ("a", t[1]), ("b", t[2]), ("c", t[3])),
        ["renorm to less than nothing"] = t => One("torch.renorm(x, 2., 0, -1.)", t),
        ["fake_quantize_per_tensor_affine of a zero out of range"] = t => One("torch.fake_quantize_per_tensor_affine(x, 0.1, 9, -8, 7)", t),
        ["fake_quantize_per_channel_affine of other channels"] = t => Script.Run("torch.fake_quantize_per_channel_affine(x, s, z, 0, -8, 7)", ("x", t[0]), ("s", t[1]), ("z", t[2])),
        ["_upsample_bilinear2d_aa size"] = t => One("torch._upsample_bilinear2d_aa(x, [0, 2], False)", t),
        ["pad_sequence of other widths"] = t => nn.utils.rnn.pad_sequence(t),
        ["init.dirac_ of a matrix"] = t => Dirac(t, 3, 3),
    };

    private static Outputs Shrunk(string mode, string corners, Tensor[] t) =>
        (One($"torch._upsample_{mode}2d_aa(x, [3, 4], {corners})", t), One($"torch._upsample_{mode}2d_aa(x, [9, 2], {corners})", t));

    // Weights are inputs here: of states projected to fewer elements, five for each direction of each layer.
    private static Outputs Projected(Tensor[] t, int first, int layers, bool both, bool batchFirst)
    {
        (string, Tensor)[] weights = [.. t[first..].Select((w, i) => ($"w{i}", w))];
        var call = $"torch.lstm(x, [h, c], [{string.Join(", ", weights.Select(w => w.Item1))}], True, {layers}, 0.0, False, {Word(both)}, {Word(batchFirst)})";
        Tensor Part(int i) => Script.Run($"{call}[{i}]", [("x", t[0]), ("h", t[1]), ("c", t[2]), .. weights]);
        return (Part(0), Part(1), Part(2));

        static string Word(bool yes) => yes ? "True" : "False";
    }

    // TorchSharp's has no groups.
    private static Tensor Dirac(Tensor[] t, params long[] shape) => nn.init.dirac_(zeros(shape, dtype: t[0].dtype));

    private static Tensor One(string expression, Tensor[] t) => Script.Run(expression, ("x", t[0]));
}
