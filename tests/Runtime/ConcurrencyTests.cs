using GraphGrad.Execution;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

/// <summary>Several threads on one session and one graph.</summary>
public sealed class ConcurrencyTests
{
    private const int Threads = 4;

    private readonly Graph graph = new();

    public static TheoryData<Backend> Backends => [Backend.Interpreted, Backend.Compiled];

    [Theory]
    [MemberData(nameof(Backends))]
    public void Runs_of_different_shapes_do_not_disturb_each_other(Backend backend)
    {
        var x = graph.Placeholder("x", ["batch"]);
        var y = ((x * x) + x) * (x - 1);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        OnAllThreads(thread =>
        {
            for (var round = 0; round < 200; round++)
            {
                var data = Enumerable.Range(0, 1 + ((thread + round) % 5)).Select(i => (float)(thread + i)).ToArray();
                Assert.Equal(data.Select(v => ((v * v) + v) * (v - 1)), session.Run(y, (x, data)).AsSpan<float>().ToArray());
            }
        });
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Steps_of_several_threads_all_count(Backend backend)
    {
        var v = graph.Variable("v", [0f, 0f]);
        var w = graph.Variable("w", [0f, 0f]);
        var step = Group(AssignAdd(v, graph.Constant([1f, 1f])), Assign(w, v));
        var difference = v - w;
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        session.Run(step);
        OnAllThreads(_ =>
        {
            for (var round = 0; round < 100; round++)
            {
                session.Run(step, times: 10);
                // Never from the middle of a step.
                Assert.Equal([1f, 1f], session.Run(difference).AsSpan<float>());
            }
        });
        Assert.Equal(1 + (Threads * 100 * 10), session.Read(v).AsSpan<float>()[0]);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void The_graph_grows_while_it_runs(Backend backend)
    {
        var v = graph.Variable("v", [1f]);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        OnAllThreads(thread =>
        {
            var value = v * 1;
            for (var round = 1; round <= 20; round++)
            {
                value += graph.Variable($"v{thread}", [(float)thread]);
                Assert.Equal([1f + (round * thread)], session.Run(value).AsSpan<float>());
            }
        });
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Dispose_waits_for_runs(Backend backend)
    {
        var v = graph.Variable("v", new float[1000]);
        var step = AssignAdd(v, v + 1);
        var session = new Session(graph, new SessionOptions { Backend = backend });
        using var started = new CountdownEvent(Threads);
        var work = Task.Run(() => OnAllThreads(_ =>
        {
            session.Run(step);
            started.Signal();
            Assert.Throws<ObjectDisposedException>(new Action(() =>
            {
                while (true) session.Run(step, times: 10);
            }));
        }));
        started.Wait();
        session.Dispose();
        await work;
    }

    [Fact]
    public void Who_waits_is_let_in_however_busy_the_others_are()
    {
        var gate = new SessionGate();
        var (inside, sharing) = (0, 0);
        OnAllThreads(thread =>
        {
            var exclusive = thread % 2 == 0;
            for (var round = 0; round < 2000; round++)
            {
                Assert.True(gate.Enter(exclusive, "enter"));
                if (exclusive)
                {
                    Assert.Equal(1, Interlocked.Increment(ref inside));
                    Assert.Equal(0, Volatile.Read(ref sharing));
                    Interlocked.Decrement(ref inside);
                }
                else
                {
                    Interlocked.Increment(ref sharing);
                    Assert.Equal(0, Volatile.Read(ref inside));
                    Interlocked.Decrement(ref sharing);
                }
                gate.Leave(exclusive);
            }
        });
    }

    [Fact]
    public void Who_comes_to_share_does_not_pass_who_waits_to_be_alone()
    {
        var gate = new SessionGate();
        var order = new List<string>();
        Assert.True(gate.Enter(exclusive: false, "read"));
        var writer = Waiting(exclusive: true, "write");
        var reader = Waiting(exclusive: false, "read");
        Assert.Empty(order);
        gate.Leave(exclusive: false);
        writer.Join();
        reader.Join();
        Assert.Equal(["write", "read"], order);

        Thread Waiting(bool exclusive, string name)
        {
            var thread = new Thread(() =>
            {
                gate.Enter(exclusive, name);
                lock (order) order.Add(name);
                gate.Leave(exclusive);
            });
            thread.Start();
            Assert.True(SpinWait.SpinUntil(() => thread.ThreadState is ThreadState.WaitSleepJoin or ThreadState.Stopped, TimeSpan.FromSeconds(30)));
            return thread;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_visitor_comes_again_past_those_who_wait(bool exclusive)
    {
        var gate = new SessionGate();
        Assert.True(gate.Enter(exclusive, "run"));
        gate.BeginVisit(exclusive);
        // Not a task: all that this test does must happen on one thread.
        var waiting = new Thread(() =>
        {
            gate.Enter(exclusive: true, "write");
            gate.Leave(exclusive: true);
        });
        waiting.Start();
        Assert.False(waiting.Join(50));
        var counted = gate.Enter(exclusive: false, "read");
        Assert.Equal(!exclusive, counted);
        if (counted) gate.Leave(exclusive: false);
        Assert.Equal(
            "a trace callback cannot write: the run that calls it is still under way. Do it after the run has ended.",
            Assert.Throws<GraphException>(() => gate.Enter(exclusive: true, "write")).Message);
        SessionGate.EndVisit();
        Assert.False(waiting.Join(0));
        gate.Leave(exclusive);
        waiting.Join();
    }

    private static void OnAllThreads(Action<int> work)
    {
        var failures = new List<Exception>();
        var threads = Enumerable.Range(0, Threads).Select(index => new Thread(() =>
        {
            try
            {
                work(index);
            }
            catch (Exception failure)
            {
                lock (failures) failures.Add(failure);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        if (failures.Count > 0) throw new AggregateException(failures);
    }
}
