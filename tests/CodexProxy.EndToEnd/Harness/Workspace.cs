using System.Text.Json;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>A home, a working folder and a folder for temporary files that only one scenario sees.</summary>
public sealed class Workspace : IAsyncDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("codex-proxy-e2e-");

    /// <summary>Creates the folders.</summary>
    public Workspace()
    {
        Home = Create("home");
        Folder = Create("work");
        Temporary = Create("tmp");
    }

    /// <summary>The client's home, with its settings and transcripts.</summary>
    public string Home { get; }

    /// <summary>The project folder that the client works in.</summary>
    public string Folder { get; }

    /// <summary>Where the client keeps files for a short time.</summary>
    public string Temporary { get; }

    /// <summary>Leaves the client's home as after its first start, whose questions would wait for a person.</summary>
    public void PassFirstStart() =>
        File.WriteAllText(
            Path.Combine(Home, ".claude.json"),
            JsonSerializer.Serialize(
                new
                {
                    hasCompletedOnboarding = true,
                    hasSeenAutoDefaultNotice = true,
                    projects = new Dictionary<string, object> { [Folder] = new { hasTrustDialogAccepted = true } },
                }
            )
        );

    /// <summary>Writes the client's settings file and answers its full path.</summary>
    public string WriteSettings(string text)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(Home, ".claude")).FullName, "settings.json");
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Creates one more folder beside the others.</summary>
    public string Create(string name) => _root.CreateSubdirectory(name).FullName;

    /// <summary>Full path of a file in the project folder.</summary>
    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Writes a file into the project folder and answers its full path.</summary>
    public string Write(string name, ReadOnlySpan<byte> content)
    {
        File.WriteAllBytes(PathOf(name), content);
        return PathOf(name);
    }

    /// <summary>Reads a file of the project folder.</summary>
    public string Read(string name) => File.ReadAllText(PathOf(name));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // A process that was just ended may still be writing its last file.
        for (var attempt = 0; attempt < 10; attempt++)
        {
            try
            {
                _root.Delete(recursive: true);
                return;
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }
}
