using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace GraphGrad;

/// <summary>
/// The user's line that built a node: the first stack frame outside GraphGrad. Kept as method and IL offset, which costs
/// microseconds; file and line are looked up in the portable PDB only when printed.
/// </summary>
public sealed class Origin
{
    private static readonly ConcurrentDictionary<Assembly, bool> Own = new();
    private static readonly ConcurrentDictionary<Assembly, MetadataReaderProvider?> Symbols = new();

    private readonly MethodBase? method;
    private readonly int offset;

    // Where in the machine code: in optimized code the IL offset is that of the statement, which may hold several calls.
    private readonly int place;
    private (string? File, int Line)? resolved;

    private readonly Origin[] others;

    private Origin(MethodBase? method, int offset, int place, Origin[] others)
    {
        this.method = method;
        this.offset = offset;
        this.place = place;
        this.others = others;
    }

    /// <summary>The source file, or null where no symbols are at hand.</summary>
    public string? File => Resolve().File;

    /// <summary>The line in <see cref="File"/>, or 0.</summary>
    public int Line => Resolve().Line;

    /// <summary>The method that built the node.</summary>
    public string Method => method is null ? "an unknown method" : $"{method.DeclaringType?.Name}.{method.Name}";

    /// <summary><c>Program.cs:12</c>, or the method where the line is unknown; several of them for a node that stands for several.</summary>
    public override string ToString()
    {
        var lines = others.Prepend(this).Select(o => o.Text).Distinct().ToArray();
        return string.Join(" and ", lines.Take(3)) + (lines.Length > 3 ? $" and {lines.Length - 3} more" : string.Empty);
    }

    private string Text => File is { } file ? $"{Path.GetFileName(file)}:{Line}" : Method;

    /// <summary>Whether one of the lines of this origin is one of another's.</summary>
    internal bool Meets(Origin other) =>
        ReferenceEquals(this, other) || others.Prepend(this).Any(a => other.others.Prepend(other).Any(b => a.method == b.method && a.offset == b.offset));

    /// <summary>Whether this is the same call in the user's line as another, and not only the same line.</summary>
    internal bool IsSameCall(Origin other) => ReferenceEquals(this, other) || (method is not null && method == other.method && place == other.place);

    /// <summary>The origin of a node that stands for several; the first comes first.</summary>
    internal static Origin Unite(IReadOnlyList<Origin> origins)
    {
        var distinct = origins.SelectMany(o => o.others.Prepend(o)).DistinctBy(o => (o.method, o.offset)).ToArray();
        return distinct.Length == 1 ? distinct[0] : new Origin(distinct[0].method, distinct[0].offset, distinct[0].place, distinct[1..]);
    }

    /// <summary>The line outside GraphGrad that is being executed, for the messages of functions built on it.</summary>
    public static Origin Capture()
    {
        var trace = new StackTrace(1, fNeedFileInfo: false);
        for (var i = 0; i < trace.FrameCount; i++)
        {
            var frame = trace.GetFrame(i)!;
            if (frame.GetMethod() is not { } method || IsOwn(method)) continue;
            return new Origin(method, frame.GetILOffset(), frame.GetNativeOffset(), []);
        }
        return new Origin(null, 0, 0, []);
    }

    /// <summary>The public function of GraphGrad that the user's line calls, as it is written there; null where it has been inlined.</summary>
    internal static string? Function() => Called() is { } called ? Written(called) : null;

    /// <summary>How a refusal begins that knows no name of its own: with the public function that the user's line calls.</summary>
    internal static string Blame() => Function() is { } function ? $"{function}: " : string.Empty;

    /// <summary>The public member of GraphGrad that the user's line calls; null where it has been inlined.</summary>
    internal static MethodBase? Called()
    {
        MethodBase? called = null;
        foreach (var frame in new StackTrace(1, fNeedFileInfo: false).GetFrames())
        {
            if (frame.GetMethod() is not { } method) continue;
            if (!IsOwn(method)) break;
            if (method is { IsPublic: true, DeclaringType: { IsVisible: true } type } && type != typeof(NullArgument) && type.Assembly != typeof(object).Assembly) called = method;
        }
        return called;
    }

    /// <summary>A public member as users write it.</summary>
    internal static string Written(MethodBase called) => called switch
    {
        { IsConstructor: true } or { Name: "op_Implicit" } => called.DeclaringType!.Name,
        { IsSpecialName: true } => called.Name[(called.Name.IndexOf('_') + 1)..],
        _ when called.IsStatic && called.DeclaringType != typeof(Ops) => $"{called.DeclaringType!.Name}.{called.Name}",
        _ => called.Name,
    };

    private static bool IsOwn(MethodBase method) =>
        method.DeclaringType is { } type && Own.GetOrAdd(type.Assembly, static assembly =>
            assembly.GetName().Name is "GraphGrad.Graph" or "GraphGrad.Compiler" or "GraphGrad.Runtime" or "GraphGrad.Models"
            || assembly == typeof(object).Assembly || assembly == typeof(Enumerable).Assembly);

    private (string? File, int Line) Resolve()
    {
        if (resolved is { } known) return known;
        var found = Lookup();
        resolved = found;
        return found;
    }

    private (string? File, int Line) Lookup()
    {
        if (method is null || offset < 0 || method.Module.Assembly is { IsDynamic: true }) return (null, 0);
        if (Symbols.GetOrAdd(method.Module.Assembly, OpenSymbols) is not { } provider) return (null, 0);
        var reader = provider.GetMetadataReader();
        var token = MetadataTokens.MethodDefinitionHandle(method.MetadataToken & 0x00FFFFFF);
        SequencePoint? best = null;
        foreach (var point in reader.GetMethodDebugInformation(token).GetSequencePoints())
        {
            if (!point.IsHidden && point.Offset <= offset) best = point;
        }
        if (best is not { } hit) return (null, 0);
        return (reader.GetString(reader.GetDocument(hit.Document).Name), hit.StartLine);
    }

    private static MetadataReaderProvider? OpenSymbols(Assembly assembly)
    {
        var image = assembly.Location;
        if (image.Length == 0 || !System.IO.File.Exists(image)) return null;
        var file = Path.ChangeExtension(image, ".pdb");
        try
        {
            if (System.IO.File.Exists(file))
                return MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(System.IO.File.ReadAllBytes(file)));
            using var pe = new System.Reflection.PortableExecutable.PEReader(System.IO.File.OpenRead(image));
            foreach (var entry in pe.ReadDebugDirectory())
            {
                if (entry.Type == System.Reflection.PortableExecutable.DebugDirectoryEntryType.EmbeddedPortablePdb)
                    return pe.ReadEmbeddedPortablePdbDebugDirectoryData(entry);
            }
        }
        catch (BadImageFormatException)
        {
            // A PDB in the old Windows format: the method name has to do.
        }
        return null;
    }
}
