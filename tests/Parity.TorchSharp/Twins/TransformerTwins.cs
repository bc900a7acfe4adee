using TorchSharp.Modules;
using static TorchSharp.torch.nn.functional;
using static GraphGrad.Parity.Live.Expressions.LayerTwins;

namespace GraphGrad.Parity.Live.Expressions;

internal static class TransformerTwins
{
    private static readonly string[] Packed = ["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"];

    private static readonly string[] Rest = ["linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias", "norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias"];

    public static readonly Twins All = new()
    {
        // The module of libtorch's C++ interface takes too many of the biases here.
        ["multi_head_attention_forward of other elements"] = t => OfOtherElements(t[0], t[1], t[2], t[3..]),
        ["multi_head_attention_forward with a key besides"] = t => Module(t, t[3..], nn.MultiheadAttention(4, 2, add_bias_kv: true), [.. Packed, "bias_k", "bias_v"]),
        ["multi_head_attention_forward with a key of zeros"] = t => Module(t, t[4..], nn.MultiheadAttention(4, 2, add_zero_attn: true), Packed, t[3]),
        ["multi_head_attention_forward causal with keys besides"] = t => Module(
            t, t[3..], nn.MultiheadAttention(4, 2, add_bias_kv: true, add_zero_attn: true), [.. Packed, "bias_k", "bias_v"], full([3, 5], double.NegativeInfinity, dtype: t[0].dtype).triu(1)),
        ["MultiheadAttention of masks"] = t => Module(t, t[5..], nn.MultiheadAttention(4, 2), Packed, Scores(t[3], t[0]), t[4].logical_not()),
        ["MultiheadAttention of numbers as masks"] = t => Module(t, t[5..], nn.MultiheadAttention(4, 2), Packed, t[3], t[4].logical_not()),
        ["MultiheadAttention of masks with keys besides"] = t => Module(t, t[5..], nn.MultiheadAttention(4, 2, add_bias_kv: true, add_zero_attn: true), [.. Packed, "bias_k", "bias_v"], Scores(t[3], t[0]), t[4].logical_not()),
        ["multi_head_attention_forward for each head"] = t => Attend(t[0], t[1], t[2], t[3..], null),

        ["TransformerEncoderLayer"] = t => OfWeights((TransformerEncoderLayer)nn.TransformerEncoderLayer(4, 2, 6, 0).to(t[0].dtype), [.. Packed.Select(n => $"self_attn.{n}"), .. Rest], t[1..], m => [m.call(t[0].transpose(0, 1)).transpose(0, 1)]),
        ["TransformerEncoderLayer of GELU"] = t => Encoder(t[0], t[1..], y => gelu(y), isFirst: false),
        ["TransformerEncoderLayer with masks"] = t => Encoder(t[0], t[3..], y => relu(y), isFirst: false, Added(t[1], t[2])),
        ["TransformerEncoderLayer with norms first"] = t => Encoder(t[0], t[1..], y => relu(y), isFirst: true),
        ["TransformerDecoderLayer"] = t => Decoder(t[0], t[1], t[2..], isFirst: false, null, null),
        ["TransformerDecoderLayer causal with norms first"] = t => Decoder(t[0], t[1], t[3..], isFirst: true, full([3, 3], double.NegativeInfinity, dtype: t[0].dtype).triu(1), Added(zeros([3, 3], dtype: t[0].dtype), t[2])),

        ["TransformerEncoder"] = t => Stacked(t, t[1..], nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 6, 0), 2), m => m.call(Turned(t[0]))),
        ["TransformerDecoder"] = t => Stacked(t, t[2..], nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 6, 0), 2), m => m.call(Turned(t[0]), Turned(t[1]))),
        ["Transformer"] = t => Stacked(t, t[2..], nn.Transformer(4, 2, 1, 1, 6, 0), m => m.forward(Turned(t[0]), Turned(t[1]))),
        ["Transformer of masks"] = t => Stacked(t, t[4..], nn.Transformer(4, 2, 1, 1, 6, 0), m => m.call(
            Turned(t[0]), Turned(t[1]), Scores(t[2], t[0]), full([3, 3], double.NegativeInfinity, dtype: t[0].dtype).triu(1), null!, t[3].logical_not(), null!, t[3].logical_not())),

        ["ctc_loss of labels in one axis"] = t => Alignment(t, 1, false),
        ["ctc_loss of labels in one axis without infinity"] = t => Alignment(t, 2, true),

        ["multi_head_attention_forward of unlike batches"] = t => Attend(t[0], t[1], t[1], t[2..], null).Item1,
        ["TransformerEncoderLayer of maps that do not fit"] = t => Encoder(t[0], t[1..], y => relu(y), isFirst: false),
        ["TransformerDecoderLayer of a memory of other elements"] = t => Decoder(t[0], t[1], t[2..], isFirst: false, null, null),
    };

    // Weights in the module's own order.
    private static Outputs Stacked<TModule>(Tensor[] t, Tensor[] weights, TModule module, Func<TModule, Tensor> call)
        where TModule : nn.Module => OfWeights((TModule)module.to(t[0].dtype), [.. module.named_parameters().Select(p => p.name)], weights, m => [Turned(call(m))]);

    // libtorch's C++ interface adds a mask of bools as ones.
    private static Tensor Scores(Tensor seen, Tensor like) => zeros(seen.shape, dtype: like.dtype).masked_fill(seen.logical_not(), double.NegativeInfinity);

    private static Tensor Turned(Tensor x) => x.transpose(0, 1);

    private static Outputs Module(Tensor[] t, Tensor[] weights, MultiheadAttention module, string[] names, Tensor? mask = null, Tensor? keysLeftOut = null)
    {
        Tensor[] places = [.. t.Take(3).Select(x => x.transpose(0, 1))];
        return OfWeights((MultiheadAttention)module.to(t[0].dtype), names, weights, m =>
        {
            var (output, own) = m.call(places[0], places[1], places[2], key_padding_mask: keysLeftOut!, attn_mask: mask!);
            return [output.transpose(0, 1), own];
        });
    }

    // The layers as PyTorch writes them, in libtorch's operations: TorchSharp's have no norms first, nor batches first.
    private static (Tensor, Tensor) Attend(Tensor query, Tensor key, Tensor value, Tensor[] w, Tensor? mask)
    {
        Tensor Part(Tensor x, int part) => linear(x, w[0].narrow(0, 4 * part, 4), w[1].narrow(0, 4 * part, 4)).reshape(x.shape[0], x.shape[1], 2, 2).transpose(1, 2);
        var scores = Part(query, 0).matmul(Part(key, 1).transpose(-2, -1)) / Math.Sqrt(2);
        var weights = (mask is null ? scores : scores + mask).softmax(-1);
        return (linear(weights.matmul(Part(value, 2)).transpose(1, 2).reshape(query.shape), w[2], w[3]), weights);
    }

    private static Outputs OfOtherElements(Tensor query, Tensor key, Tensor value, Tensor[] weights)
    {
        Tensor[] w = [.. weights.Select(x => x.detach().clone().requires_grad_())];
        Tensor Part(Tensor x, int part) => linear(x, w[part], w[3].narrow(0, 4 * part, 4)).reshape(x.shape[0], x.shape[1], 2, 2).transpose(1, 2);
        var shares = (Part(query, 0).matmul(Part(key, 1).transpose(-2, -1)) / Math.Sqrt(2)).softmax(-1);
        var output = linear(shares.matmul(Part(value, 2)).transpose(1, 2).reshape(query.shape), w[4], w[5]);
        Tensor[] values = [output, shares.mean([1])];
        var loss = values.Select(v => v.square().sum()).Aggregate((a, b) => a + b);
        return new Outputs([.. values, .. autograd.grad([loss], w, retain_graph: true)]);
    }

    private static Tensor Encoder(Tensor x, Tensor[] w, Func<Tensor, Tensor> activation, bool isFirst, Tensor? mask = null)
    {
        x = Sum(x, w[8], w[9], isFirst, y => Attend(y, y, y, w, mask).Item1);
        return Sum(x, w[10], w[11], isFirst, y => linear(activation(linear(y, w[4], w[5])), w[6], w[7]));
    }

    private static Tensor Decoder(Tensor x, Tensor memory, Tensor[] w, bool isFirst, Tensor? mask, Tensor? memoryMask)
    {
        x = Sum(x, w[12], w[13], isFirst, y => Attend(y, y, y, w, mask).Item1);
        x = Sum(x, w[14], w[15], isFirst, y => Attend(y, memory, memory, w[4..], memoryMask).Item1);
        return Sum(x, w[16], w[17], isFirst, y => linear(relu(linear(y, w[8], w[9])), w[10], w[11]));
    }

    private static Tensor Sum(Tensor x, Tensor gamma, Tensor beta, bool isFirst, Func<Tensor, Tensor> part)
    {
        Tensor Norm(Tensor y) => layer_norm(y, [4], gamma, beta, 1e-5);
        return isFirst ? x + part(Norm(x)) : Norm(x + part(x));
    }

    private static Tensor Added(Tensor mask, Tensor keys) => mask + zeros_like(mask).unsqueeze(0).masked_fill(keys.logical_not().unsqueeze(1), double.NegativeInfinity).unsqueeze(1);

    private static Tensor Alignment(Tensor[] t, int reduction, bool zeroInfinity) => Script.Run(
        $"torch.ctc_loss(torch.log_softmax(x, 2), y, n, m, 0, {reduction}, {(zeroInfinity ? "True" : "False")})", ("x", t[0]), ("y", t[1]), ("n", t[2]), ("m", t[3]));
}
