using System.Collections.Concurrent;

namespace CodexProxy.Relay;

/// <summary>
/// The project each session was last known to work in: side requests, such as one for a title, do not name it. Bounded: beyond
/// its capacity it starts over.
/// </summary>
internal sealed class SessionProjects
{
    private const int Capacity = 512;

    private readonly ConcurrentDictionary<string, string> _projects = new();

    /// <summary>The project of a request: what it names itself, else what its session named before.</summary>
    public string? Resolve(string? session, string? named)
    {
        if (session is null)
        {
            return named;
        }

        if (named is null)
        {
            return _projects.GetValueOrDefault(session);
        }

        if (_projects.Count >= Capacity && !_projects.ContainsKey(session))
        {
            _projects.Clear();
        }

        return _projects[session] = named;
    }
}
