using GraphGrad.Compilation.Kernels;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Unrolling;

/// <summary>
/// Compiles a program whose tensors are all small into one delegate without loops over elements. Launching kernels would cost
/// such a program many times its arithmetic.
/// </summary>
internal sealed class Unroller
{
    // The JIT stops optimizing a method of 20,000 instructions or 60,000 bytes; a scalar takes about four and ten.
    private const int MostScalars = 4_000;
    private const int MostElements = 64;

    // Nearly all that are built are needed in the end: of programs with more than this, seven tenths at least.
    private const int MostBuilt = 4 * MostScalars;

    private readonly ProgramSource source;
    private readonly Dictionary<Value, TensorBuffer> buffers = [];
    private readonly Dictionary<VariableIdentity, int> variables = [];

    private Unroller(ProgramSource source)
    {
        this.source = source;
        for (var i = 0; i < source.Variables.Count; i++) variables.Add(((VariableOp)source.Variables[i].Node.Op).Identity, i);
    }

    /// <summary>The program as one delegate, or null if it is too large, of unknown shape, has branches to skip, or routines.</summary>
    public static UnrolledProgram? TryCompile(ProgramSource source)
    {
        if (!source.Nodes.All(IsSmall)) return null;
        // A conversion is a scalar, too: what is too large for exact sums may be small enough without.
        return TryCompile(source, widens: true, out var scalars) ?? (scalars <= 2 * MostScalars ? TryCompile(source, widens: false, out _) : null);
    }

    /// <summary>Whether the program is compiled into one delegate.</summary>
    public static bool Fits(ProgramSource source) => source.Nodes.All(IsSmall) && Elements(source, new Unroller(source), widens: false).Scalars <= MostScalars;

    private static UnrolledProgram? TryCompile(ProgramSource source, bool widens, out int scalars)
    {
        var unroller = new Unroller(source);
        (var elements, var fetched, var assigned, scalars) = Elements(source, unroller, widens);
        return scalars > MostScalars ? null : UnrolledEmitter.Emit(source, elements.Builder, unroller.StorageOf, fetched, assigned);
    }

    private static (UnrolledElements Elements, Scalar[][] Fetched, Scalar[][] Assigned, int Scalars) Elements(ProgramSource source, Unroller unroller, bool widens)
    {
        var elements = new UnrolledElements(unroller.StorageOf, widens, MostBuilt);
        var fetched = source.Fetches.Select(elements.All).ToArray();
        var assigned = source.Assignments.Select(a => elements.All(a.NewValue)).ToArray();
        return (elements, fetched, assigned, elements.HasGivenUp ? elements.Builder.Count : ScalarGraph.Reachable(fetched.Concat(assigned).SelectMany(e => e)).Count);
    }

    private static bool IsSmall(Node node)
    {
        // A delegate knows no extents of feeds.
        if (node.Op.KindAt(node) is OpKind.Branch or OpKind.Routine || node.Op is SizeOp { Dim.IsConstant: false }) return false;
        return node.Outputs.All(o => o.Shape.IsStatic && o.Shape.ElementCount.Value <= MostElements);
    }

    private TensorBuffer StorageOf(Value value)
    {
        if (buffers.TryGetValue(value, out var buffer)) return buffer;
        buffer = value.Node.Op is VariableOp variable
            ? new TensorBuffer(buffers.Count, value.Type, BufferKind.Variable, variables[variable.Identity], value.Name)
            : new TensorBuffer(buffers.Count, value.Type, BufferKind.Feed, source.Feeds.ToList().IndexOf(value), value.Name);
        buffers.Add(value, buffer);
        return buffer;
    }
}
