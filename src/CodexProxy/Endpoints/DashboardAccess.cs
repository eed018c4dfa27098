using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CodexProxy.Credentials;
using CodexProxy.Telemetry;

namespace CodexProxy.Endpoints;

/// <summary>A link that opens the dashboard once.</summary>
/// <param name="Key">What its address carries.</param>
/// <param name="ExpiresAt">From then on it opens nothing.</param>
internal sealed record DashboardLink(Secret Key, DateTimeOffset ExpiresAt)
{
    /// <summary>The address of the link.</summary>
    /// <param name="root">Where the gateway is reached, without a slash at the end.</param>
    public string AddressAt(string root) => $"{root}{DashboardAccess.OpenPath}?key={Key.Reveal()}";
}

/// <summary>
/// Who may see the dashboard: a browser that was led here by a link, which is good once and for ten minutes, and has kept the
/// cookie it got for it. The cookie is signed with this installation's key, so that it outlives the gateway's run.
/// </summary>
/// <param name="home">Folder of the program's state.</param>
/// <param name="time">Clock of links and cookies.</param>
internal sealed class DashboardAccess(string home, TimeProvider time)
{
    /// <summary>Where a link leads.</summary>
    public const string OpenPath = "/dashboard/open";

    /// <summary>How long a link opens.</summary>
    public static TimeSpan LinkLife { get; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a cookie is good.</summary>
    public static TimeSpan CookieLife { get; } = TimeSpan.FromDays(30);

    // Nobody opens more than a few; the oldest of too many is forgotten.
    private const int MaxLinks = 32;
    private const string Version = "1";

    private readonly Lock _gate = new();
    private readonly List<DashboardLink> _links = [];

    // A key that cannot be had is tried again: the person may have mended it.
    private readonly Lazy<byte[]> _key = new(
        () => LocalKey.ForPurpose(home, "dashboard cookie"),
        LazyThreadSafetyMode.PublicationOnly
    );

    /// <summary>
    /// Name of the cookie. Browsers send a host's cookies to all its ports, so two installations on one machine need two names.
    /// </summary>
    public string CookieName => $"codex-proxy-{Convert.ToHexStringLower(Sign("name"), 0, 4)}";

    /// <summary>Makes a link.</summary>
    public DashboardLink NewLink()
    {
        var now = time.GetUtcNow();
        var link = new DashboardLink(
            new Secret(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))),
            now + LinkLife
        );
        lock (_gate)
        {
            _links.RemoveAll(known => known.ExpiresAt <= now);
            if (_links.Count == MaxLinks)
            {
                _links.RemoveAt(0);
            }

            _links.Add(link);
        }

        return link;
    }

    /// <summary>Uses a link up. False when it is none, was used, or is too old.</summary>
    public bool Redeem(string key)
    {
        if (key.Length == 0)
        {
            return false;
        }

        var presented = new Secret(key);
        lock (_gate)
        {
            return _links.Find(link => link.Key.Equals(presented)) is { } found
                && _links.Remove(found)
                && found.ExpiresAt > time.GetUtcNow();
        }
    }

    /// <summary>Gives the browser its cookie.</summary>
    public void Admit(HttpResponse response)
    {
        var until = time.GetUtcNow() + CookieLife;
        response.Cookies.Append(
            CookieName,
            NewCookie(until),
            new CookieOptions
            {
                HttpOnly = true,
                Secure = response.HttpContext.Request.IsHttps,
                SameSite = SameSiteMode.Strict,
                Path = "/",
                MaxAge = CookieLife,
                IsEssential = true,
            }
        );
    }

    /// <summary>Whether a request carries a cookie of this installation that is still good.</summary>
    public bool IsOpen(HttpRequest request) =>
        request.Cookies.TryGetValue(CookieName, out var value) && IsGood(value, time.GetUtcNow());

    private string NewCookie(DateTimeOffset until)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{Version}.{until.ToUnixTimeSeconds()}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16))}"
        );
        return $"{text}.{Base64Url.EncodeToString(Sign(text))}";
    }

    private bool IsGood(string value, DateTimeOffset now)
    {
        var dot = value.LastIndexOf('.');
        if (dot < 0 || value.Length > 256)
        {
            return false;
        }

        var signature = Encoding.ASCII.GetBytes(Base64Url.EncodeToString(Sign(value[..dot])));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(value[(dot + 1)..]), signature)
            && value.Split('.') is [Version, var until, _, _]
            && long.TryParse(until, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds > now.ToUnixTimeSeconds();
    }

    private byte[] Sign(string text) => HMACSHA256.HashData(_key.Value, Encoding.UTF8.GetBytes(text));
}
