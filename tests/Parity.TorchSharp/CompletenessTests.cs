using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using GraphGrad.Parity.Coverage;
using GraphGrad.Parity.Trajectories;

namespace GraphGrad.Parity.Live;

/// <summary>TorchSharp's functions, found by reflection, are all in the table, or left out for a reason.</summary>
public sealed class CompletenessTests
{
    private static readonly Type[] Places =
    [
        typeof(torch), typeof(nn.functional), typeof(nn.init), typeof(nn.utils), typeof(nn.utils.rnn), typeof(linalg), typeof(special), typeof(fft), typeof(Tensor),
    ];

    // Classes by whose names their factories are called.
    private static readonly Type[] Factories = [typeof(nn), typeof(distributions), typeof(optim), typeof(optim.lr_scheduler)];

    [Fact]
    public void Every_function_is_in_the_table_or_left_out_for_a_reason()
    {
        string[] known = [.. Family.All.SelectMany(f => f.Cases).Select(c => c.Torch), .. LeftOut.All.SelectMany(row => row.Names.Split(' ')), .. TrajectoryTable.Rules.Select(r => r.Name.Split(' ')[0])];
        var spellings = known.Select(name => Plain(name.Split('.')[^1])).ToHashSet();
        var functions = Places.SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(m => !m.IsSpecialName && GivesTensors(m.ReturnType)).Select(m => m.Name);
        var made = Factories.SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)).Select(m => m.Name);
        string[] missing = [.. functions.Concat(made).Distinct().Where(name => !spellings.Contains(Plain(name))).Order(StringComparer.Ordinal)];
        Assert.True(missing.Length == 0, $"neither in the table nor in LeftOut: {string.Join(' ', missing)}");
    }

    /// <summary>Without case, underscores and the mark of what works in place.</summary>
    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    private static bool GivesTensors(Type type) =>
        type == typeof(Tensor)
        || (typeof(ITuple).IsAssignableFrom(type) && Array.Exists(type.GetGenericArguments(), GivesTensors))
        || (type.IsArray && GivesTensors(type.GetElementType()!))
        || (typeof(IEnumerable).IsAssignableFrom(type) && Array.Exists(type.GetGenericArguments(), GivesTensors));
}
