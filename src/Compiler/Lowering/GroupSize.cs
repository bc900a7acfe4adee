using System.Runtime.CompilerServices;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>How much code a group makes. Of groups that read nothing of each other it tells without lowering them together whether they are too much.</summary>
internal sealed class GroupSize
{
    // Measured: the just-in-time compiler does not optimize methods of more than some 45,000 bytes of IL, of which a use of a local takes up to 17.
    private const int MostLocalUses = 2500;

    private readonly int narrowest;
    private readonly int uses;

    // Numbers that expressions of one form share, whatever their loops.
    private readonly Dictionary<int, Scalar> forms = [];

    public GroupSize(KernelDraft draft)
    {
        var scalars = ScalarGraph.Reachable(draft.Values).Where(s => !s.IsConstant).ToArray();
        narrowest = ElementWidth.Of(scalars, []);
        uses = scalars.Sum(s => Uses(s, narrowest));
        var numbers = new Dictionary<Scalar, int>();
        foreach (var scalar in scalars)
        {
            var form = new HashCode();
            form.Add(scalar.Op);
            form.Add(scalar.Type);
            form.Add(scalar.Payload is TensorBuffer buffer ? RuntimeHelpers.GetHashCode(buffer) : 0);
            foreach (var argument in scalar.Arguments) form.Add(argument.IsConstant ? argument.Bits.GetHashCode() : numbers[argument]);
            numbers.Add(scalar, form.ToHashCode());
            // Places are other ones in other loops.
            if (scalar.Type != DType.Int64) forms.TryAdd(numbers[scalar], scalar);
        }
    }

    /// <summary>Whether the just-in-time compiler optimizes as much.</summary>
    public bool IsOptimized => uses <= MostLocalUses;

    /// <summary>Whether the code of both is certainly too much, even if everything that looks alike is shared.</summary>
    public bool IsTooMuchWith(GroupSize other)
    {
        var sum = uses;
        foreach (var (form, scalar) in other.forms)
        {
            if (sum > MostLocalUses) break;
            if (!forms.ContainsKey(form)) sum += Uses(scalar, narrowest);
        }
        return sum > MostLocalUses;
    }

    /// <summary>How often a kernel's code reads and writes locals for a scalar: what is wider than its narrowest elements takes several for the same lanes.</summary>
    private static int Uses(Scalar scalar, int narrowest) => (scalar.Arguments.Length + 1) * Math.Max(1, scalar.Type.Size() / narrowest);
}
