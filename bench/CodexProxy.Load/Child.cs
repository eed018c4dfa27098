using System.Diagnostics;
using System.Reflection;

namespace CodexProxy.Load;

/// <summary>A process of the load test. Disposing ends it; nothing else is ever ended.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;

    private Child(Process process) => _process = process;

    /// <summary>Where it listens; null for one that does not.</summary>
    public Uri? Address { get; private set; }

    /// <summary>Its number at the system.</summary>
    public int Id => _process.Id;

    /// <summary>Processor time so far, user and system, of all threads.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Largest resident memory so far, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>Starts this program in one of its roles and waits until it says where it listens.</summary>
    public static async Task<Child> StartRoleAsync(params string[] arguments)
    {
        var child = StartSelf(arguments);
        while (await child._process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Readiness.Read(line) is { } address)
            {
                child.Address = address;
                child.Drain();
                return child;
            }
        }

        throw new InvalidOperationException($"The {arguments[0]} process ended before it listened.");
    }

    /// <summary>Starts this program in a role that talks over its standard streams.</summary>
    public static Child StartSelf(params string[] arguments)
    {
        var (file, prefix) = Launcher(Assembly.GetExecutingAssembly().Location);
        return Start(file, [.. prefix, .. arguments], new Dictionary<string, string>(), discardErrors: false);
    }

    /// <summary>Starts the gateway and waits until it is healthy.</summary>
    public static async Task<Child> StartGatewayAsync(
        string assembly,
        int port,
        IReadOnlyDictionary<string, string> environment
    )
    {
        var (file, prefix) = Launcher(assembly);
        var child = Start(
            file,
            [.. prefix, "serve", "--port", port.ToString(null, null)],
            environment,
            discardErrors: true
        );
        child.Drain();
        child.Address = new Uri($"http://127.0.0.1:{port}");
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        for (var attempt = 0; attempt < 200; attempt++)
        {
            if (child._process.HasExited)
            {
                break;
            }

            try
            {
                using var answer = await client.GetAsync(new Uri(child.Address, "/health"));
                if (answer.IsSuccessStatusCode)
                {
                    return child;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet: the next attempt follows.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        child.Dispose();
        throw new InvalidOperationException("The gateway did not become healthy.");
    }

    /// <summary>Sends one line and returns the line that answers it.</summary>
    public async Task<string> AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        return await _process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("The client process ended.");
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    // The gateway's log goes to its standard error stream: written as in real use, but read by nobody.
    private static Child Start(
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        bool discardErrors
    )
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        // Otherwise only an administrator may count its handles.
        start.Environment["CODEX_PROXY_DUMPS"] = "1";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        start.RedirectStandardError = discardErrors;
        var process = Process.Start(start)!;
        if (discardErrors)
        {
            _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        }

        return new Child(process);
    }

    private static (string File, string[] Prefix) Launcher(string assembly) =>
        assembly.EndsWith(".dll", StringComparison.Ordinal)
            ? (
                Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet"
                    ? path
                    : "dotnet",
                [assembly]
            )
            : (assembly, []);

    // An unread pipe would stop the writer.
    private void Drain() => _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
}
