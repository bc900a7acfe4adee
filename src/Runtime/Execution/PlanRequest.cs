namespace GraphGrad.Execution;

/// <summary>
/// What a plan is made for. <see cref="Variables"/> holds every variable that the slice reads or assigns, <see cref="Assignments"/>
/// every assignment in it, both in graph order.
/// </summary>
internal sealed record PlanRequest(Graph Graph, Value[] Feeds, Value[] Fetches, Variable[] Variables, Node[] Assignments);
