using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

/// <summary>What variables hold goes to a file and comes back, and files that do not fit are refused.</summary>
public sealed class SavedVariablesTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => System.IO.File.Delete(path);

    [Fact]
    public void Training_goes_on_where_it_stood()
    {
        var (w, loss, step) = Model();
        using var first = new Session(w.Graph);
        first.Run(step, times: 5);
        first.Save(path);
        first.Run(step, times: 5);

        var (again, _, steps) = Model();
        using var second = new Session(again.Graph);
        second.Load(path);
        second.Run(steps, times: 5);
        Assert.Equal(first.Read(w), second.Read(again));
        Assert.False(System.IO.File.Exists(path + ".partial"));
    }

    [Fact]
    public void A_graph_without_optimizer_takes_the_weights()
    {
        var (w, _, step) = Model();
        using var first = new Session(w.Graph);
        first.Run(step, times: 5);
        first.Save(path);
        var alone = new Graph();
        var weights = alone.Variable("w", new float[3]);
        using var second = new Session(alone, new SessionOptions { AutoInitialize = false });
        second.Load(path);
        Assert.Equal(first.Read(w), second.Read(weights));
    }

    [Fact]
    public void Every_element_type_scalars_and_empty_tensors()
    {
        var graph = new Graph();
        Variable[] variables =
        [
            graph.Variable("half", 0.5f),
            graph.Variable("third", new[,] { { 1.0 / 3, double.NaN }, { -0.0, double.NegativeInfinity } }),
            graph.Variable("int", new[] { int.MinValue, 7 }),
            graph.Variable("long", long.MaxValue),
            graph.Variable("truth", new[] { true, false, true }),
            graph.Variable("nothing", new float[0, 4]),
            graph.Variable("naïve \"name\"", new[] { 1f }),
        ];
        using var session = new Session(graph);
        session.Initialize();
        var before = variables.Select(session.Read).ToArray();
        using var stream = new MemoryStream();
        session.Save(stream);
        stream.Position = 0;
        using var other = new Session(graph, new SessionOptions { AutoInitialize = false });
        other.Load(stream);
        Assert.Equal(before, variables.Select(other.Read));
    }

    [Fact]
    public void Named_variables_alone()
    {
        var graph = new Graph();
        var (a, b) = (graph.Variable("a", 1f), graph.Variable("b", 2f));
        using var session = new Session(graph);
        using var stream = new MemoryStream();
        session.Save(stream, b);
        session.Write(a, 5f);
        session.Write(b, 6f);
        stream.Position = 0;
        session.Load(stream, b);
        Assert.Equal((5f, 2f), (session.Read(a).Item<float>(), session.Read(b).Item<float>()));
    }

    /// <summary>The header stands in the format's description: 8 bytes of length, JSON, elements at a multiple of 8.</summary>
    [Fact]
    public void The_bytes_of_the_format()
    {
        var graph = new Graph();
        graph.Variable("a", new[,] { { 1f, 2f } });
        graph.Variable("b", new[] { true });
        using var session = new Session(graph);
        using var stream = new MemoryStream();
        session.Save(stream);
        var bytes = stream.ToArray();
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(
            """{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"BOOL","shape":[1],"data_offsets":[8,9]}}""",
            Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' '));
        Assert.Equal(0, length % 8);
        Assert.Equal([0, 0, 128, 63, 0, 0, 0, 64, 1], bytes[(8 + length)..]);
    }

    /// <summary>As other writers lay a file out: metadata, blanks in the JSON, and another order than the variables'.</summary>
    [Fact]
    public void A_file_of_another_writer()
    {
        var graph = new Graph();
        var (a, b) = (graph.Variable("a", 0f), graph.Variable("b", 0f));
        using var session = new Session(graph);
        session.Load(File(
            """{ "__metadata__": {"format": "pt"}, "b": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]}, "c": {"dtype": "BF16", "shape": [2], "data_offsets": [4, 8]}, "a": {"dtype": "F32", "shape": [], "data_offsets": [8, 12]}}""",
            [0, 0, 128, 63, 9, 9, 9, 9, 0, 0, 0, 64]));
        Assert.Equal((2f, 1f), (session.Read(a).Item<float>(), session.Read(b).Item<float>()));
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_changes_nothing()
    {
        var graph = new Graph();
        var a = graph.Variable("a", 7f);
        var (b, at) = (graph.Variable("b", new float[2]), Here());
        using var session = new Session(graph);
        const string A = """ "a": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]}""";
        string AndB(string b) => "{" + A + ", \"b\": {" + b + "}}";

        void Refuses(string message, Stream file) => Assert.Equal(message, Assert.Throws<GraphException>(() => session.Load(file)).Message);
        Refuses(
            $"variable 'b' float32[2] is not in the file, which holds 'a'. Name the variables to load, or build the graph as it was saved. Built at {at}.",
            File("{" + A + "}", new byte[4]));
        Refuses(
            $"variable 'b' float32[2] cannot take F64[3] from the file. Build it with the type and shape that were saved. Built at {at}.",
            File(AndB(""" "dtype": "F64", "shape": [3], "data_offsets": [4, 28] """), new byte[28]));
        Refuses(
            "this is no whole safetensors file: 'b' lies from 4 to 8, which its type and shape do not fill. Load a file that Save has written, or one of that format.",
            File(AndB(""" "dtype": "F32", "shape": [2], "data_offsets": [4, 8] """), new byte[8]));
        Refuses(
            "this is no whole safetensors file: 'b' lies within another tensor. Load a file that Save has written, or one of that format.",
            File(AndB(""" "dtype": "F32", "shape": [2], "data_offsets": [2, 10] """), new byte[12]));
        Refuses(
            "this is no whole safetensors file: it ends too early. Load a file that Save has written, or one of that format.",
            File(AndB(""" "dtype": "F32", "shape": [2], "data_offsets": [4, 12] """), new byte[11]));
        Refuses(
            "this is no whole safetensors file: its header is not the JSON that the format asks for. Load a file that Save has written, or one of that format.",
            File("""{"a": 3}""", []));
        Refuses(
            "this is no whole safetensors file: its header would have 7236828442476824914 bytes. Load a file that Save has written, or one of that format.",
            new MemoryStream("RIFF and so on"u8.ToArray().Concat(new byte[8]).ToArray()));
        Assert.Equal(7f, session.Read(a).Item<float>());
        Assert.Equal([0f, 0f], session.Read(b).AsSpan<float>());
    }

    [Fact]
    public void A_callback_saves_and_does_not_load()
    {
        var graph = new Graph();
        var v = graph.Variable("v", 0f);
        using var session = new Session(graph);
        var step = AssignAdd(v, graph.Constant(1f));
        session.Run(step, times: 6, traceEvery: 4, trace: _ => session.Save(path));
        using var other = new Session(graph);
        other.Load(path);
        Assert.Equal(4f, other.Read(v).Item<float>());
        var refused = Assert.Throws<GraphException>(() => session.Run(step, times: 2, traceEvery: 1, trace: _ => session.Load(path)));
        Assert.Equal("a trace callback cannot load variables: the run that calls it is still under way. Do it after the run has ended.", refused.Message);
    }

    private static (Variable Weights, Value Loss, Node Step) Model()
    {
        var graph = new Graph();
        var w = graph.Variable("w", new[] { 1f, -2f, 3f });
        var loss = Sum(Square(w - graph.Constant([0.5f, 0.25f, -1f])));
        return (w, loss, new Adam(0.1).Minimize(loss));
    }

    private static MemoryStream File(string header, byte[] elements)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return new MemoryStream([.. length, .. text, .. elements]);
    }

    private static string Here([CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => $"{Path.GetFileName(file)}:{line}";
}
