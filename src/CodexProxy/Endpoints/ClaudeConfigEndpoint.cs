using System.Text.Json;
using CodexProxy.Clients;
using CodexProxy.Options;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;
using CodexProxy.Views;

namespace CodexProxy.Endpoints;

/// <summary>
/// Claude Code's settings file over HTTP: shows it without its secrets, and leads the client here, to its vendor, or to
/// another gateway. Each write keeps a backup, as the command <c>setup</c> does.
/// </summary>
/// <param name="options">The settings.</param>
/// <param name="inputs">Where the file's path is read from; null where there is no user.</param>
/// <param name="time">Clock of the backups' names.</param>
internal sealed class ClaudeConfigEndpoint(OptionsSource options, OptionInputs? inputs, TimeProvider time)
{
    private const int BodyLimit = 64 * 1024;

    /// <summary>Shows the file.</summary>
    public Task ShowAsync(HttpContext http)
    {
        ManagementGuard.Require(http);
        var file = File();
        return AnswerAsync(http, message: null, Guarded(() => file.Read() ?? []), file.Path);
    }

    /// <summary>Leads the client to this gateway.</summary>
    public Task ProxyAsync(HttpContext http)
    {
        ManagementGuard.Require(http);
        return ChangeAsync(
            http,
            (setup, text) => setup.Apply(text),
            $"Claude Code uses this gateway at {BaseUrl(http)}."
        );
    }

    /// <summary>Leads the client to its vendor, with a key of the vendor's.</summary>
    public async Task DirectAsync(HttpContext http)
    {
        ManagementGuard.Require(http);
        var body = await ReadAsync(http, ["apiKey"]);
        await ChangeAsync(http, (setup, text) => setup.Direct(text, body[0]), "Claude Code uses its vendor's API.");
    }

    /// <summary>Leads the client to another gateway.</summary>
    public async Task SetAsync(HttpContext http)
    {
        ManagementGuard.Require(http);
        var body = await ReadAsync(http, ["apiUrl", "apiKey"]);
        if (
            !Uri.TryCreate(body[0], UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
        )
        {
            throw new RequestRejectedException(ClientError.Invalid("apiUrl: only http and https URLs are taken"));
        }

        await ChangeAsync(
            http,
            (setup, text) => setup.Point(text, body[0].TrimEnd('/'), body[1]),
            "Claude Code uses the API at the given address."
        );
    }

    /// <summary>Tells what leading the client here would change, and what undoing it would.</summary>
    public IResult Preview(HttpContext http)
    {
        ManagementGuard.Require(http);
        var file = File();
        return Guarded(() =>
        {
            var setup = Setup(http);
            var current = file.Read();
            var edit = setup.Apply(current);
            var undo = SetupUndo.Plan(file, setup);
            return AccountsEndpoints.Json(
                new SetupPreview(
                    inputs!.Shown(file.Path),
                    current is not null && current.AsSpan().SequenceEqual(edit.Text),
                    DiffLine.Of(SettingsDiff.Of(current, edit.Text)),
                    edit.Remarks,
                    undo.DoesSomething
                        ? new UndoPreview(DiffLine.Of(SettingsDiff.Of(undo.Current, undo.Target)), undo.LosesChanges)
                        : null
                ),
                ViewJson.Default.SetupPreview
            );
        });
    }

    /// <summary>
    /// Puts the file back as it was before the last setup. Where somebody has changed it since, only with <c>force</c>.
    /// </summary>
    public async Task<IResult> UndoAsync(HttpContext http)
    {
        ManagementGuard.Require(http);
        var force = await BodyText.HasAsync(http, "force");
        var file = File();
        return Guarded(() =>
        {
            var undo = SetupUndo.Plan(file, Setup(http));
            if (!undo.DoesSomething)
            {
                return Refuse("There is no backup, and nothing of setup's is there; nothing to undo.", 400);
            }

            if (undo.LosesChanges && !force)
            {
                return Refuse(
                    "The file was changed since setup, and undoing would lose that change too. Send force to do it all the same.",
                    409
                );
            }

            undo.Do(file);
            return AccountsEndpoints.Json(
                new Done($"{inputs!.Shown(file.Path)} is as it was before setup."),
                ViewJson.Default.Done
            );
        });
    }

    private static IResult Refuse(string reason, int status) =>
        AccountsEndpoints.Json(new Refused(reason), ViewJson.Default.Refused, status);

    private ClaudeSetup Setup(HttpContext http) =>
        new(LocalClient.EnvironmentOf(options.Current, BaseUrl(http)), ProgramSearch.OwnCommand(inputs!));

    private string BaseUrl(HttpContext http) => ReachableAddress.Of(options.Current.Server, http.Connection.LocalPort);

    private Task ChangeAsync(HttpContext http, Func<ClaudeSetup, byte[]?, SettingsEdit> edit, string message)
    {
        var file = File();
        var written = Guarded(() =>
        {
            var setup = Setup(http);
            var current = file.Read();
            var text = edit(setup, current).Text;
            if (current is null || !current.AsSpan().SequenceEqual(text))
            {
                file.Replace(current, text);
            }

            return text;
        });
        return AnswerAsync(http, message, written, path: null);
    }

    private static async Task<string[]> ReadAsync(HttpContext http, string[] names)
    {
        using var body = await RequestBody.ReadAsync(http, BodyLimit);
        try
        {
            using var document = SoundJson.Parse(body.Bytes);
            return
            [
                .. names.Select(name =>
                    document.RootElement.ValueKind == JsonValueKind.Object
                    && document.RootElement.TryGetProperty(name, out var value)
                    && value.ValueKind == JsonValueKind.String
                    && value.GetString() is { Length: > 0 } text
                        ? text
                        : throw new RequestRejectedException(ClientError.Invalid($"{name}: a text is needed"))
                ),
            ];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is how text that is none is worded.
            throw new RequestRejectedException(ClientError.Invalid("The body is not valid JSON."));
        }
    }

    private static T Guarded<T>(Func<T> run)
    {
        try
        {
            return run();
        }
        catch (JsonTextException exception)
        {
            throw new RequestRejectedException(
                ClientError.Invalid($"The settings file cannot be edited: {exception.Message}")
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RequestRejectedException(
                ClientError.Final(500, "api_error", "The settings file or the state folder cannot be read or written.")
            );
        }
    }

    private ClaudeSettingsFile File() =>
        inputs is null
            ? throw new RequestRejectedException(
                ClientError.NotFound("There is no user whose settings could be shown.")
            )
            : new ClaudeSettingsFile(ClaudeSettingsFile.OfUser(inputs), options.Current.Home, time);

    private static async Task AnswerAsync(HttpContext http, string? message, byte[] text, string? path)
    {
        var config = Guarded(() => SecretMask.Plain(text));
        http.Response.ContentType = "application/json";
        using (var writer = new Utf8JsonWriter(http.Response.BodyWriter, Wire.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("success"u8, true);
            if (message is not null)
            {
                writer.WriteString("message"u8, message);
            }

            if (path is not null)
            {
                writer.WriteString("configPath"u8, path);
            }

            writer.WritePropertyName("config"u8);
            config.WriteTo(writer);
            writer.WriteEndObject();
        }

        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}

/// <summary>Where <see cref="ClaudeConfigEndpoint"/> is reached.</summary>
internal static class ClaudeConfigRoutes
{
    public static void MapClaudeConfig(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/claude/config", (HttpContext http, ClaudeConfigEndpoint config) => config.ShowAsync(http));
        routes.MapGet(
            "/claude/config/preview",
            (HttpContext http, ClaudeConfigEndpoint config) => config.Preview(http)
        );
        routes.MapPost(
            "/claude/config/undo",
            (HttpContext http, ClaudeConfigEndpoint config) => config.UndoAsync(http)
        );
        routes.MapPost(
            "/claude/config/proxy",
            (HttpContext http, ClaudeConfigEndpoint config) => config.ProxyAsync(http)
        );
        routes.MapPost(
            "/claude/config/direct",
            (HttpContext http, ClaudeConfigEndpoint config) => config.DirectAsync(http)
        );
        routes.MapPost("/claude/config/set", (HttpContext http, ClaudeConfigEndpoint config) => config.SetAsync(http));
    }
}
