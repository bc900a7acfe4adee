namespace GraphGrad.Execution;

/// <summary>
/// What a plan is made for. <see cref="Nodes"/> is the slice that fetches and targets need, <see cref="Feeds"/> every
/// placeholder in it, <see cref="Variables"/> every variable that it reads or assigns, <see cref="Assignments"/> every
/// assignment; all in graph order. <see cref="Fetches"/> are distinct. No variable has two assignments.
/// </summary>
internal sealed record PlanRequest(
    Graph Graph, Node[] Nodes, Value[] Feeds, Value[] Fetches, Variable[] Variables, Node[] Assignments);
