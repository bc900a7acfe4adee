using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Lowering;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// The code of a program's kernels. There is one for each form (<see cref="KernelForm"/>): of all of compiling, making machine code takes longest, and the layers of a
/// network or the steps of a recurrence have few forms. The bodies of a program's loops share it, too: layers of a recurrent network are loops.
/// </summary>
internal sealed class KernelCode(VectorWidth width)
{
    private readonly Dictionary<KernelForm, (CompiledKernel Code, KernelForm Form)> known = [];

    /// <summary>Whether the program has several loops, so that single kernels may have their like in other bodies.</summary>
    public bool HasSeveralLoops { get; set; }

    /// <summary>What each kernel runs.</summary>
    public Dictionary<LoweredStep, CompiledKernel> Emit(LoweredKernel[] kernels)
    {
        // What a single kernel does not need is not compiled before the first result of a process either.
        if (kernels.Length == 1 && !HasSeveralLoops) return EmitApart(kernels);
        var firsts = new Dictionary<KernelForm, LoweredKernel>();
        var alike = new List<(LoweredKernel Kernel, KernelForm Form)>();
        foreach (var kernel in kernels.Where(k => k.Repeats is null))
        {
            var form = KernelForm.Of(kernel.Kernel);
            if (known.ContainsKey(form) || !firsts.TryAdd(form, kernel)) alike.Add((kernel, form));
        }
        var emitted = EmitApart([.. firsts.Values]);
        foreach (var (form, kernel) in firsts) known.Add(form, (emitted[kernel], form));
        foreach (var (kernel, form) in alike)
        {
            var first = known[form];
            var (buffers, failures) = form.InPlaceOf(first.Form);
            emitted.Add(kernel, first.Code.On(kernel.Kernel, b => buffers[b], f => failures[f]));
        }
        foreach (var kernel in kernels)
        {
            if (kernel.Repeats is { } repeats) emitted.Add(kernel, emitted[repeats.Original].On(kernel.Kernel, b => repeats.Renamed.GetValueOrDefault(b, b), f => f));
        }
        return emitted;
    }

    /// <summary>On all cores.</summary>
    private Dictionary<LoweredStep, CompiledKernel> EmitApart(LoweredKernel[] kernels)
    {
        var code = new ConcurrentDictionary<LoweredStep, CompiledKernel>(ReferenceEqualityComparer.Instance);
        // Emission adds to the kernel's arithmetic, which two kernels of one origin share. The longest first, for the others fill in what is left.
        var groups = kernels.GroupBy(k => k.Kernel.Builder).OrderByDescending(g => g.Sum(k => k.Kernel.Stores.Count())).ToArray();
        try
        {
            if (groups.Length == 1) EmitGroup(groups[0]);
            else Parallel.ForEach(Partitioner.Create(groups, EnumerablePartitionerOptions.NoBuffering), EmitGroup);
        }
        catch (AggregateException errors)
        {
            ExceptionDispatchInfo.Throw(errors.InnerException!);
        }
        return new Dictionary<LoweredStep, CompiledKernel>(code, ReferenceEqualityComparer.Instance);

        void EmitGroup(IEnumerable<LoweredKernel> group)
        {
            foreach (var kernel in group) code[kernel] = KernelEmitter.Emit(kernel.Kernel, width);
        }
    }
}
