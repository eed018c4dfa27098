using System.Text;
using System.Text.Json;
using CodexProxy.Commands;
using CodexProxy.Simulator;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Faults;

/// <summary>Every file of the state, damaged in every way, before the program starts: it serves or says why not, and nothing is lost.</summary>
public sealed class StateFileTests : IAsyncLifetime
{
    private const string Body =
        """{"model":"gpt-5.5","max_tokens":64,"messages":[{"role":"user","content":"Hello."}]}""";

    private readonly CommandRun _run = new();
    private CodexSimulator _simulator = null!;
    private string _active = "";
    private string _key = "";

    private CollectedLog Log => (CollectedLog)_run.Surroundings.Logs!;

    public async ValueTask InitializeAsync()
    {
        _simulator = await CodexSimulator.StartAsync();
        _run.Variables["CODEX_BASE_URL"] = _simulator.BackendUrl.AbsoluteUri;
        _run.Variables["CODEX_PROXY_AUTH_ISSUER"] = _simulator.Address.AbsoluteUri;
        _run.Variables["CODEX_PROXY_PORT"] = "0";
        await _simulator.Login.WriteAsync(_run.Folder[".codex-proxy/accounts/one.json"]);
        var other = _simulator.Accounts.Add("other@example.com");
        await _simulator.Login.WriteAsync(_run.Folder[".codex-proxy/accounts/two.json"], other);
        _run.Folder.Write(".codex-proxy/config.json", """{ "logLevel": "info" }""");
        _run.Folder.Write(".codex-proxy/upstreams.json", """{ "version": 1, "kiloModel": "some/model:free" }""");
        (await _run.RunAsync("accounts", "list")).ShouldBe(ExitCode.Done);
        (await _run.RunAsync("accounts", "switch", "other@example.com")).ShouldBe(ExitCode.Done);
        (await _run.RunAsync("keys", "add", "laptop", "--requests-per-day", "1000")).ShouldBe(ExitCode.Done);
        _key = _run.Output.Split('\n').Single(line => line.StartsWith("sk-", StringComparison.Ordinal)).Trim();
        using var choice = JsonDocument.Parse(File.ReadAllBytes(_run.Folder[".codex-proxy/accounts.json"]));
        _active = choice.RootElement.GetProperty("active").GetString() + ".json";
        _run.Clear();
        // Every file is there now that a request was served.
        (await AskOnceAsync()).Status.ShouldBe(200);
        _run.Clear();
    }

    // What is said for each file and damage; "" where there is nothing to say, because nothing of it was lost.
    public static TheoryData<string, string, int, string> Damages =>
        new()
        {
            { "accounts.json", "garbage", 401, "accounts.json is damaged" },
            { "accounts.json", "truncated", 401, "accounts.json is damaged" },
            { "accounts.json", "empty", 401, "accounts.json is damaged" },
            { "accounts.json", "later", 200, "" },
            { "accounts.json", "folder", 401, "cannot be read" },
            { "accounts/KEY.json", "garbage", 401, "is damaged. Run `codex-proxy login`" },
            { "accounts/KEY.json", "truncated", 401, "is damaged. Run `codex-proxy login`" },
            { "accounts/KEY.json", "empty", 401, "is damaged. Run `codex-proxy login`" },
            { "accounts/KEY.json", "later", 401, "was written by a later version" },
            { "keys.json", "garbage", 401, "keys.json in the state folder cannot be read" },
            { "keys.json", "truncated", 401, "keys.json in the state folder cannot be read" },
            { "keys.json", "empty", 401, "keys.json in the state folder cannot be read" },
            { "keys.json", "later", 401, "keys.json in the state folder cannot be read" },
            { "keys.json", "folder", 401, "keys.json in the state folder cannot be read" },
            { "key-usage.json", "garbage", 200, "key-usage.json could not be understood" },
            { "key-usage.json", "truncated", 200, "key-usage.json could not be understood" },
            { "key-usage.json", "empty", 200, "key-usage.json could not be understood" },
            { "key-usage.json", "later", 200, "key-usage.json could not be understood" },
            { "key-usage.json", "folder", 200, "key-usage.json cannot be read" },
            { "config.json", "garbage", 0, "config.json:1:1: this is not valid JSON" },
            { "config.json", "truncated", 0, "config.json:1:12: this is not valid JSON" },
            { "config.json", "empty", 0, "config.json:1:1: this is not valid JSON" },
            { "config.json", "later", 0, "form_of_later: there is no such setting" },
            { "config.json", "folder", 0, "config.json: the file cannot be read" },
            { "models.json", "garbage", 200, "models.json could not be read and is ignored" },
            { "models.json", "truncated", 200, "models.json could not be read and is ignored" },
            { "models.json", "empty", 200, "models.json could not be read and is ignored" },
            { "models.json", "later", 200, "" },
            { "models.json", "folder", 200, "models.json could not be written" },
            { "upstreams.json", "garbage", 200, "The chosen model of kilo could not be read" },
            { "upstreams.json", "truncated", 200, "The chosen model of kilo could not be read" },
            { "upstreams.json", "empty", 200, "The chosen model of kilo could not be read" },
            { "upstreams.json", "later", 200, "" },
            { "upstreams.json", "folder", 200, "The chosen model of kilo could not be read" },
            { "server.json", "garbage", 200, "" },
            { "server.json", "truncated", 200, "" },
            { "server.json", "empty", 200, "" },
            { "server.json", "later", 200, "" },
            { "server.json", "folder", 200, "server.json cannot be written" },
            { "signing.key", "garbage", 200, "The key of this installation cannot be had" },
            { "signing.key", "truncated", 200, "The key of this installation cannot be had" },
            { "signing.key", "empty", 200, "" },
            { "signing.key", "later", 200, "The key of this installation cannot be had" },
            { "signing.key", "folder", 200, "The key of this installation cannot be had" },
            { "usage.db", "garbage", 200, "The usage history was damaged. It was moved to" },
            { "usage.db", "truncated", 200, "The usage history was damaged. It was moved to" },
            { "usage.db", "empty", 200, "" },
            { "usage.db", "later", 200, "it is left alone" },
            { "usage.db", "folder", 200, "The usage history is not written" },
        };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_file_is_told_and_kept_and_opens_nothing(
        string file,
        string damage,
        int status,
        string said
    )
    {
        var path = _run.Folder[".codex-proxy/" + file.Replace("KEY.json", _active)];
        var logins = Logins();
        var before = Damage(path, damage);

        var answer = await AskOnceAsync();

        answer.Code.ShouldBe(status == 0 ? ExitCode.WrongUsage : ExitCode.Done);
        answer.Status.ShouldBe(status, answer.Text);
        // Whatever is broken, who has no key does not come in.
        answer.WithoutKey.ShouldBe(status == 0 ? 0 : 401);
        var told = $"{answer.Text}\n{_run.Messages}\n{string.Join('\n', Log.Lines)}";
        told.ShouldContain(said);
        // Caches and the record of a run are made anew, and an empty file holds nothing.
        if (file is not ("models.json" or "server.json") && damage is not ("empty" or "folder"))
        {
            IsKept(path, before).ShouldBeTrue();
        }

        foreach (var (login, bytes) in logins.Where(login => login.Key != path))
        {
            File.ReadAllBytes(login).ShouldBe(bytes);
        }
    }

    [Fact]
    public async Task What_the_program_wrote_needs_no_putting_right_at_the_next_start()
    {
        (await AskOnceAsync()).Status.ShouldBe(200);

        _run.Messages.ShouldBe("");
    }

    // Without the dates of use, which change.
    private Dictionary<string, byte[]> Logins() =>
        Directory
            .GetFiles(_run.Folder[".codex-proxy/accounts"], "*.json")
            .ToDictionary(path => path, File.ReadAllBytes);

    private static bool IsKept(string path, byte[] before) =>
        Directory
            .GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*")
            .Any(file => File.ReadAllBytes(file).AsSpan().SequenceEqual(before));

    private static byte[] Damage(string path, string damage)
    {
        var sound = File.Exists(path) ? File.ReadAllBytes(path) : "{}"u8.ToArray();
        File.Delete(path);
        if (damage == "folder")
        {
            Directory.CreateDirectory(path);
            return [];
        }

        var bytes = damage switch
        {
            "garbage" => [0xff, 0x00, (byte)'{', .. Encoding.ASCII.GetBytes("garbage"), .. new byte[100]],
            "truncated" => sound[..(sound.Length / 2)],
            "empty" => [],
            _ => Later(path, sound),
        };
        File.WriteAllBytes(path, bytes);
        return bytes;
    }

    // What a later version of this program might leave here.
    private static byte[] Later(string path, byte[] sound)
    {
        if (path.EndsWith(".db", StringComparison.Ordinal))
        {
            // Where SQLite keeps the number of the form.
            sound[63] = 99;
            return sound;
        }

        return path.EndsWith(".key", StringComparison.Ordinal)
            ? [.. sound, .. sound]
            : Encoding.UTF8.GetBytes(
                Encoding
                    .UTF8.GetString(sound)
                    .Replace("\"version\": 1", "\"version\": 99")
                    .Replace("{", "{\"form_of_later\": [1],")
            );
    }

    private async Task<(int Code, int Status, string Text, int WithoutKey)> AskOnceAsync()
    {
        using var stop = new CancellationTokenSource();
        var served = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var banner = new AddressWriter(served);
        var running = Task.Run(() => _run.RunAsync(banner, stop.Token, "serve"));
        if (await Task.WhenAny(running, served.Task) == running)
        {
            return (await running, 0, "", 0);
        }

        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = await served.Task };
        var (status, text) = await PostAsync(http, _key);
        var (without, _) = await PostAsync(http, null);
        await stop.CancelAsync();
        return (await running, status, text, without);
    }

    private static async Task<(int, string)> PostAsync(HttpClient http, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages")
        {
            Content = new StringContent(Body),
        };
        if (key is not null)
        {
            request.Headers.Add("x-api-key", key);
        }

        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _run.Dispose();
        await _simulator.DisposeAsync();
    }

    private sealed class AddressWriter(TaskCompletionSource<Uri> served) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            if (value?.StartsWith("address", StringComparison.Ordinal) == true)
            {
                served.TrySetResult(new Uri(value.Split(' ')[^1]));
            }
        }
    }
}
