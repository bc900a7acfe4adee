using GraphGrad.Parity.Trajectories;
using TorchSharp.Modules;

namespace GraphGrad.Parity.Live.Trajectories;

/// <summary>Trains in libtorch.</summary>
internal static class TrajectoryRun
{
    private const long Seed = 1;

    public static void Record(Recording recording, Trajectory trajectory)
    {
        using var held = HeldFinalizers.Hold();
        var problem = trajectory.Problem;
        TensorData[] weights = problem.MakeStart() is null ? [.. Module(problem).Module.parameters().Select(p => TorchRun.ToData(p))] : [];
        for (var i = 0; i < weights.Length; i++) recording.Add(Trajectory.StartKey(problem, i), weights[i]);
        foreach (var type in new[] { DType.Float64, DType.Float32 })
        {
            var losses = Losses(trajectory, type, weights);
            recording.Add(trajectory.LossesKey(type), Data.Create(type, losses, [losses.Length]));
        }
    }

    private static double[] Losses(Trajectory trajectory, DType type, TensorData[] weights)
    {
        var problem = trajectory.Problem;
        var (parameters, loss) = Learner(problem, type, weights);
        var data = problem.MakeData(type).Select(TorchRun.ToTorch).ToArray();
        var step = RuleTwins.Of(trajectory.Rule.Name, parameters, Evaluate);
        var losses = new double[problem.Steps];
        for (var i = 0; i < losses.Length; i++)
        {
            using var scope = NewDisposeScope();
            losses[i] = Evaluate().to_type(ScalarType.Float64).item<double>();
            step();
        }
        return losses;

        Tensor Evaluate()
        {
            foreach (var parameter in parameters)
            {
                if (Gradients.Of(parameter) is { } gradient) gradient.zero_();
            }
            var value = loss(data);
            value.backward();
            return value;
        }
    }

    private static (Parameter[] Parameters, Func<Tensor[], Tensor> Loss) Learner(Problem problem, DType type, TensorData[] weights)
    {
        var scalars = type == DType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        if (problem.MakeStart() is { } start)
        {
            var parameters = start.Select(data => new Parameter(TorchRun.ToTorch(data).to_type(scalars))).ToArray();
            var formula = ProblemTwins.Formulas[problem.Name];
            return (parameters, data => formula(parameters, data));
        }
        var network = Module(problem);
        var learned = network.Module.parameters().ToArray();
        // The generator is the process's own: another test may have drawn from it since it was seeded.
        using (no_grad())
        {
            foreach (var (parameter, weight) in learned.Zip(weights)) parameter.copy_(TorchRun.ToTorch(weight));
        }
        if (type == DType.Float64) network.Module.to(ScalarType.Float64);
        return ([.. network.Module.parameters()], data => network.Loss(network.Module.forward(data[0]), data));
    }

    /// <summary>The network of a problem with libtorch's initial weights.</summary>
    private static ProblemTwins.Network Module(Problem problem)
    {
        manual_seed(Seed);
        var network = ProblemTwins.Networks[problem.Name]();
        network.Module.train();
        return network;
    }
}
