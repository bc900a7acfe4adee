using GraphGrad.Compilation.Kernels;

namespace GraphGrad.Compilation.Lowering;

/// <summary>Checks that whatever a step reads has been written by then.</summary>
internal static class StepVerifier
{
    /// <exception cref="CompilerBugException">A step reads memory that holds nothing yet.</exception>
    public static void Check(IEnumerable<LoweredStep> steps)
    {
        var written = new HashSet<TensorBuffer>();
        foreach (var step in steps)
        {
            // What a step writes it may read: a product adds to its result, and a later pass of a kernel reads what an earlier one kept.
            var own = step.Writes.Concat(step.Scratch).ToHashSet();
            foreach (var buffer in step.Reads)
            {
                if (buffer.Kind == BufferKind.Arena && !written.Contains(buffer) && !own.Contains(buffer))
                    throw new CompilerBugException("lowering", $"the step '{step.Name}' reads '{buffer.Name}', which no step before it writes.", "");
            }
            written.UnionWith(own);
        }
    }
}
