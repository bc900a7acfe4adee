namespace GraphGrad.Parity;

/// <summary>A small generator (SplitMix64): the same numbers on every platform, from a case's name and the place of the input.</summary>
internal sealed class Draws(string seed)
{
    private ulong state = Hash(seed);

    /// <summary>FNV-1a.</summary>
    public static ulong Hash(ReadOnlySpan<char> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in text) hash = (hash ^ character) * 1099511628211UL;
        return hash;
    }

    /// <summary>In [0, 1), with 24 bits: a float32.</summary>
    public double Uniform()
    {
        state += 0x9E3779B97F4A7C15;
        var z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 40) * (1.0 / (1 << 24));
    }

    /// <summary>Nearly normal: a sum of uniform numbers, which unlike a logarithm has the same bits everywhere.</summary>
    public double Normal()
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++) sum += Uniform();
        return sum;
    }
}
