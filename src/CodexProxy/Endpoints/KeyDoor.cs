using CodexProxy.Credentials;
using CodexProxy.Keys;
using CodexProxy.Options;
using CodexProxy.Protocol.Errors;
using CodexProxy.Relay;
using CodexProxy.Telemetry;

namespace CodexProxy.Endpoints;

/// <summary>
/// Asks for a key, as <c>clientAuth</c> says. Keys of the settings and the installation's own open everything; a named key opens
/// models, and what it is held to goes along with the request.
/// </summary>
internal sealed partial class KeyDoor(OptionsSource options, KeyBook book, KeyMeter meter, ILogger<KeyDoor> logger)
{
    private volatile Secret? _localKey;
    private volatile bool _isTold;

    /// <summary>Why a request may not come in; null when it may.</summary>
    public ClientError? Refusal(HttpContext context)
    {
        var server = options.Current.Server;
        var mode = server.AuthWith(book.Exists);
        var presented = Presented(context.Request.Headers);
        if (mode != ClientAuth.Any && IsUnlimited(presented, server))
        {
            return null;
        }

        if (NamedAmong(presented) is { } key)
        {
            return Enter(context, key);
        }

        return mode switch
        {
            // The settings allow these two only for an address that other machines cannot reach.
            ClientAuth.Any when server.IsLoopback => null,
            ClientAuth.AnthropicFormat when server.IsLoopback => presented.Exists(IsOfAnthropicsForm)
                ? null
                : ClientError.Unauthenticated(
                    "invalid x-api-key: this gateway takes keys of Anthropic's form (sk-ant-api03-…) and its own."
                ),
            _ => ClientError.Unauthenticated("invalid x-api-key"),
        };
    }

    private ClientError? Enter(HttpContext context, NamedKey key)
    {
        if (book.HasExpired(key))
        {
            return KeyGate.Expired(key);
        }

        if (!AllowedPages.IsForModels(context.Request))
        {
            return ClientError.Forbidden("This key opens models only.");
        }

        context.Features.Set(new KeyGrant(key, book, meter));
        return null;
    }

    // One that has ended only counts where no other came along.
    private NamedKey? NamedAmong(List<Secret> presented)
    {
        NamedKey? found = null;
        foreach (var text in presented)
        {
            if (book.Find(text) is { } key && (found is null || book.HasExpired(found)))
            {
                found = key;
            }
        }

        return found;
    }

    private bool IsUnlimited(List<Secret> presented, ServerOptions server)
    {
        if (presented.Count == 0)
        {
            return false;
        }

        var found = false;
        foreach (var key in OwnKey() is { } own ? [.. server.ClientKeys, own] : server.ClientKeys)
        {
            foreach (var text in presented)
            {
                // All are compared, so that the time does not tell which one it was.
                found |= key.Equals(text);
            }
        }

        return found;
    }

    // The installation's own key always opens: whoever can read its file can read the login as well. Without it others still do.
    private Secret? OwnKey()
    {
        if (_localKey is { } known)
        {
            return known;
        }

        try
        {
            return _localKey = LocalKey.OfInstallation(options.Current.Home);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!_isTold)
            {
                _isTold = true;
                LogNoOwnKey(exception.Message);
            }

            return null;
        }
    }

    private static bool IsOfAnthropicsForm(Secret presented) => KeyText.IsAnthropic(presented.Reveal());

    private static List<Secret> Presented(IHeaderDictionary headers)
    {
        const string bearer = "Bearer ";
        var authorization = headers.Authorization.ToString();
        string[] texts =
        [
            headers["x-api-key"].ToString(),
            authorization.StartsWith(bearer, StringComparison.OrdinalIgnoreCase)
                ? authorization[bearer.Length..].Trim()
                : "",
        ];
        return [.. texts.Where(text => text.Length > 0).Select(text => new Secret(text))];
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The key of this installation cannot be had, so it does not open. {Reason}"
    )]
    private partial void LogNoOwnKey(string reason);
}
