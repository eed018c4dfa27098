using System.Text.Json;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>Sets a status line command that keeps its input, and waits for a member in it.</summary>
public sealed class StatusLineReader : IDisposable
{
    private readonly string _folder;
    private readonly FileSystemWatcher _watcher;
    private readonly SemaphoreSlim _touched = new(0);

    /// <summary>Writes the client's settings.</summary>
    public StatusLineReader(Workspace workspace)
    {
        _folder = workspace.Create("status");
        workspace.WriteSettings(
            JsonSerializer.Serialize(
                new
                {
                    statusLine = new
                    {
                        type = "command",
                        command = $"cat > {_folder}/$$.part; mv {_folder}/$$.part {_folder}/$$.json",
                    },
                }
            )
        );
        _watcher = new FileSystemWatcher(_folder, "*.json");
        _watcher.Renamed += (_, _) => _touched.Release();
        _watcher.Created += (_, _) => _touched.Release();
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Waits until the client tells <paramref name="member"/>, and answers its value.</summary>
    public async Task<JsonElement> WaitForAsync(string member, CancellationToken cancellationToken)
    {
        while (true)
        {
            foreach (var file in Directory.GetFiles(_folder, "*.json"))
            {
                using var told = JsonDocument.Parse(await File.ReadAllBytesAsync(file, cancellationToken));
                if (told.RootElement.TryGetProperty(member, out var value))
                {
                    return value.Clone();
                }
            }

            await _touched.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watcher.Dispose();
        _touched.Dispose();
    }
}
