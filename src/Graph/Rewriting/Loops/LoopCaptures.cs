using GraphGrad.Loops;
using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Loops;

/// <summary>
/// Afterwards matrices that products in a loop read in every iteration lie as these read them best, along their columns: they are transposed
/// once, before the loop. Else each iteration packs them anew, or sums across lanes.
/// </summary>
internal static class LoopCaptures
{
    // Transposing takes as long as packing in one iteration.
    private const int FewestIterations = 8;

    public static GraphProgram Apply(GraphProgram program) =>
        ProgramRebuild.Run(program, _ => [], (node, rebuild) => node.Op is LoopOp { Length: { } length } loop && (!length.IsConstant || length.Value >= FewestIterations) ? Turn(loop, node, rebuild) : null);

    private static IReadOnlyList<Value>? Turn(LoopOp loop, Node node, ProgramRebuild rebuild)
    {
        var body = loop.Body;
        var products = body.Nodes.Select(n => (Node: n, Capture: Sideways(n, body.Parameters.Captures))).Where(p => p.Capture is not null).ToArray();
        if (products.Length == 0) return null;
        Value[] sideways = [.. products.Select(p => p.Capture!).Distinct()];
        var inside = new Substitution(new Graph());
        Value[] carries = Array.ConvertAll(body.Parameters.Carries, inside.Placeholder), steps = Array.ConvertAll(body.Parameters.Steps, inside.Placeholder);
        Value[] captures = Array.ConvertAll(body.Parameters.Captures, inside.Placeholder);
        var turned = Array.ConvertAll(sideways, c => inside.Target.Placeholder(c.Name, new Shape([c.Shape[1], c.Shape[0]]), c.DType));
        foreach (var (product, capture) in products)
        {
            using var origin = inside.Target.WithOrigin(product.Origin);
            inside.Map(product.Output, Ops.Dot(inside.Of(product.Inputs[0]), turned[Array.IndexOf(sideways, capture)], [.. ((DotOp)product.Op).LeftContract], [0]));
        }
        var next = new LoopBody(new LoopParameters(carries, steps, [.. captures, .. turned]), body.Results.Select(inside.Of));
        Value[] inputs = [.. node.Inputs.Select(i => rebuild[i])];
        var outside = sideways.Select(c => Ops.Transpose(inputs[loop.Carries + loop.Steps + Array.IndexOf(body.Parameters.Captures, c)]));
        return rebuild.Target.AddNode(loop with { Body = next }, [.. inputs[..loop.CountInput], .. outside, .. inputs[loop.CountInput..]], node.Name).Outputs;
    }

    /// <summary>The captured matrix whose rows a product sums along as its right operand; null if there is none.</summary>
    private static Value? Sideways(Node node, Value[] captures)
    {
        if (node.Op is not DotOp { RightBatch.Count: 0, RightContract: [var axis] } || node.Inputs[1].Rank != 2) return null;
        var right = node.Inputs[1];
        for (; right.Node.Op is TransposeOp; axis = 1 - axis) right = right.Node.Inputs[0];
        return axis == 1 && captures.Contains(right) ? right : null;
    }
}
