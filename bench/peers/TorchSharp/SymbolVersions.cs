using System.Buffers.Binary;
using System.Text;

namespace GraphGrad.Bench.TorchSharpPeer;

/// <summary>
/// Lets a native library load beside an older libstdc++. An ELF file lists the versions of symbols that it wants of other libraries, and the
/// loader refuses it where one is missing, used or not. A version that is marked weak is only warned of; a symbol that is used and missing
/// still fails, by its name.
/// </summary>
internal static class SymbolVersions
{
    // Elf64 and the GNU extensions, little endian.
    private const int SectionTable = 0x28, SectionSize = 0x3A, SectionCount = 0x3C;
    private const int HeaderType = 4, HeaderOffset = 24, HeaderLink = 40;
    private const uint NeededVersions = 0x6ffffffe;
    private const ushort Weak = 2;

    /// <summary>Marks versions of GLIBCXX weak that a file wants, and replaces the file if that changed it.</summary>
    public static void Relax(string file)
    {
        var image = File.ReadAllBytes(file);
        if (image is not [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, ..] || !Relax(image)) return;
        // A new file: the old one may be a link to what other programs use, or in use.
        var renewed = $"{file}.{Environment.ProcessId}";
        File.WriteAllBytes(renewed, image);
        File.Move(renewed, file, overwrite: true);
    }

    private static bool Relax(Span<byte> image)
    {
        var changed = false;
        var sections = (int)BinaryPrimitives.ReadUInt64LittleEndian(image[SectionTable..]);
        var size = BinaryPrimitives.ReadUInt16LittleEndian(image[SectionSize..]);
        for (var i = 0; i < BinaryPrimitives.ReadUInt16LittleEndian(image[SectionCount..]); i++)
        {
            var header = image[(sections + (i * size))..];
            if (UInt32(header, HeaderType) != NeededVersions) continue;
            var names = OffsetOf(image[(sections + ((int)UInt32(header, HeaderLink) * size))..]);
            // A library, and the versions wanted of it; each record tells how far the next one is, 0 at the end.
            for (int library = OffsetOf(header), next = 1; next != 0; library += next)
            {
                next = (int)UInt32(image, library + 12);
                for (int version = library + (int)UInt32(image, library + 8), after = 1; after != 0; version += after)
                {
                    after = (int)UInt32(image, version + 12);
                    var flags = BinaryPrimitives.ReadUInt16LittleEndian(image[(version + 4)..]);
                    var name = image[(names + (int)UInt32(image, version + 8))..];
                    if ((flags & Weak) != 0 || !Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]).StartsWith("GLIBCXX_", StringComparison.Ordinal)) continue;
                    BinaryPrimitives.WriteUInt16LittleEndian(image[(version + 4)..], (ushort)(flags | Weak));
                    changed = true;
                }
            }
        }
        return changed;
    }

    private static int OffsetOf(ReadOnlySpan<byte> header) => (int)BinaryPrimitives.ReadUInt64LittleEndian(header[HeaderOffset..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
}
