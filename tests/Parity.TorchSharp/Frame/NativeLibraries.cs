using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace GraphGrad.Parity.Live;

/// <summary>
/// Lets TorchSharp's native library load beside an older libstdc++. The library of recent packages asks for the version GLIBCXX_3.4.32, of
/// which it uses nothing but the mark; where the machine's libstdc++ ends before, the demand is marked weak in the copy that lies in the
/// output folder, and the loader goes on without it.
/// </summary>
internal static class NativeLibraries
{
    private const uint VersionNeeds = 0x6ffffffe;
    private const ushort Weak = 2;

    /// <summary>Before anything of TorchSharp is used.</summary>
    [ModuleInitializer]
    internal static void Prepare()
    {
        if (!OperatingSystem.IsLinux()) return;
        var known = Provided();
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "libLibTorchSharp.so", SearchOption.AllDirectories)) Relax(file, known);
    }

    /// <summary>The versions that the machine's libstdc++ names; none if it is not where it usually is.</summary>
    private static HashSet<string> Provided()
    {
        string[] folders = ["/lib", "/usr/lib", "/lib64", "/usr/lib64", "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu"];
        var file = folders.Select(folder => Path.Combine(folder, "libstdc++.so.6")).FirstOrDefault(File.Exists);
        if (file is null) return [];
        return [.. Encoding.Latin1.GetString(File.ReadAllBytes(file)).Split('\0').Where(s => s.StartsWith("GLIBCXX_", StringComparison.Ordinal))];
    }

    private static void Relax(string path, HashSet<string> known)
    {
        var bytes = File.ReadAllBytes(path);
        var changed = false;
        foreach (var (name, flags) in NeededVersions(bytes))
        {
            if (!name.StartsWith("GLIBCXX_", StringComparison.Ordinal) || known.Count == 0 || known.Contains(name)) continue;
            var old = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(flags));
            changed |= (old & Weak) == 0;
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(flags), (ushort)(old | Weak));
        }
        if (!changed) return;
        // Written beside and moved: the old file may be a link into the package cache, or in use.
        File.WriteAllBytes(path + ".new", bytes);
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>The versions that an ELF64 file needs, with the place of their flags (section <c>.gnu.version_r</c>).</summary>
    private static IEnumerable<(string Name, int Flags)> NeededVersions(byte[] elf)
    {
        int Int(long at) => BinaryPrimitives.ReadInt32LittleEndian(elf.AsSpan((int)at));
        int Short(long at) => BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan((int)at));
        long Long(long at) => BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan((int)at));

        var (sections, size, count) = (Long(0x28), Short(0x3A), Short(0x3C));
        for (var i = 0; i < count; i++)
        {
            var section = sections + (i * size);
            if ((uint)Int(section + 4) != VersionNeeds) continue;
            // sh_link names the section of the strings.
            var strings = Long(sections + (Int(section + 40) * size) + 24);
            for (long need = Long(section + 24), next = 1; next != 0; need += next)
            {
                var version = need + Int(need + 8);
                for (var left = Short(need + 2); left > 0; left--)
                {
                    var start = (int)(strings + Int(version + 8));
                    yield return (Encoding.ASCII.GetString(elf, start, Array.IndexOf(elf, (byte)0, start) - start), (int)version + 4);
                    version += Int(version + 12);
                }
                next = Int(need + 12);
            }
        }
    }
}
