namespace CodexProxy.Clients;

/// <summary>A JSON text cannot be edited as it is. Nothing of it is in the message but the name of a member.</summary>
/// <param name="problem">What is wrong, as a sentence without its full stop.</param>
/// <param name="line">Line of it, from 1.</param>
/// <param name="column">Byte in that line, from 1.</param>
public sealed class JsonTextException(string problem, long line, long column)
    : Exception($"line {line}, column {column}: {problem}")
{
    /// <summary>What is wrong, as a sentence without its full stop.</summary>
    public string Problem { get; } = problem;

    /// <summary>Line, from 1.</summary>
    public long Line { get; } = line;

    /// <summary>Byte in the line, from 1.</summary>
    public long Column { get; } = column;
}
