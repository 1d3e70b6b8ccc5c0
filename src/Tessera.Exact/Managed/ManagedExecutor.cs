using System.Collections.Immutable;

namespace Tessera.Exact.Managed;

/// <summary>Runs one graph. Threads take whole tiles as long as there are enough of them, and rows of one tile otherwise.</summary>
internal sealed class ManagedExecutor : IGraphExecutor, ITeamWork
{
    // A piece of a tile is not worth another thread's attention if it has fewer rows.
    private const int LeastRows = 4;

    private readonly Graph _graph;
    private readonly ImmutableArray<Operation> _operations;
    private readonly Workspace[] _workspaces;
    private readonly WorkerTeam _team;

    // What the team works on: an operation of the first workspace's tile, in pieces of so many rows; or whole tiles, if there is none.
    private Operation? _operation;
    private int _rows, _rowsOfPiece;

    public ManagedExecutor(BoundGraph graph, int threads, Func<int, ConvolutionKernel> kernelFor)
    {
        _graph = graph.Graph;
        var plan = BufferPlan.Create(_graph);
        _operations = OperationList.Create(graph, plan, kernelFor, out int groups);
        _workspaces = new Workspace[threads];
        for (int i = 0; i < threads; i++)
            _workspaces[i] = new(plan, groups);
        _team = new(threads);
    }

    public void Run(ReadOnlySpan<ExactTensor> inputs, ReadOnlySpan<ExactTensor> outputs)
    {
        (int tiles, int height, int width) = RunSize.Of(_graph, inputs, outputs);
        bool wholeTiles = _team.Size == 1 || tiles >= _team.Size;
        for (int i = 0; i < (wholeTiles ? Math.Min(tiles, _team.Size) : 1); i++)
        {
            Workspace workspace = _workspaces[i];
            workspace.Resize(height, width);
            workspace.Inputs = Copy(inputs, workspace.Inputs);
            workspace.Outputs = Copy(outputs, workspace.Outputs);
        }

        _operation = null;
        if (wholeTiles)
        {
            _team.Run(this, tiles);
            return;
        }

        Workspace shared = _workspaces[0];
        for (shared.Tile = 0; shared.Tile < tiles; shared.Tile++)
        {
            foreach (Operation operation in _operations)
            {
                _operation = operation;
                _rows = operation.Pieces(shared);
                _rowsOfPiece = Math.Max((_rows + _team.Size - 1) / _team.Size, LeastRows);
                _team.Run(this, (_rows + _rowsOfPiece - 1) / _rowsOfPiece);
            }
        }
    }

    void ITeamWork.Do(int worker, int piece)
    {
        if (_operation is { } operation)
        {
            operation.Run(_workspaces[0], piece * _rowsOfPiece, Math.Min((piece + 1) * _rowsOfPiece, _rows));
            return;
        }

        Workspace workspace = _workspaces[worker];
        workspace.Tile = piece;
        foreach (Operation step in _operations)
            step.Run(workspace, 0, step.Pieces(workspace));
    }

    public void Dispose()
    {
        _team.Dispose();
        foreach (Workspace workspace in _workspaces)
            workspace.Dispose();
    }

    private static ExactTensor[] Copy(ReadOnlySpan<ExactTensor> tensors, ExactTensor[] target)
    {
        if (target.Length != tensors.Length)
            target = new ExactTensor[tensors.Length];
        tensors.CopyTo(target);
        return target;
    }
}
