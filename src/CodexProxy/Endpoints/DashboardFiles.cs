using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Net.Http.Headers;

namespace CodexProxy.Endpoints;

/// <summary>
/// The dashboard's page, as it was built into the program: <c>dashboard/index.html</c> and <c>dashboard/assets/*</c>, each
/// perhaps compressed beside it. A program that was built without Node has none, and says how to get it.
/// </summary>
internal sealed partial class DashboardFiles
{
    /// <summary>Where the page's parts are served.</summary>
    public const string AssetsPath = "/assets";

    private const string Prefix = "dashboard/";
    private const string Index = "index.html";

    // Only what was built, from here only; nothing inline.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly string[] Codings = ["br", "gzip"];

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
        [".json"] = "application/json",
        [".webmanifest"] = "application/manifest+json",
        [".woff2"] = "font/woff2",
        [".txt"] = "text/plain; charset=utf-8",
    }.ToFrozenDictionary();

    private readonly FrozenDictionary<string, Lazy<EmbeddedFile>> _files;

    /// <summary>Finds the files in an assembly; they are read when they are first asked for.</summary>
    public DashboardFiles(Assembly assembly)
    {
        _files = assembly
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(
                name => name[Prefix.Length..].Replace('\\', '/'),
                name => new Lazy<EmbeddedFile>(() => EmbeddedFile.Read(assembly, name))
            );
    }

    /// <summary>Whether the program holds a page.</summary>
    public bool HasPage => _files.ContainsKey(Index);

    /// <summary>Whether a request is a browser's for the page, and not a probe's.</summary>
    public static bool IsAskedFor(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Serves the page, or says how to get one.</summary>
    public Task ServePageAsync(HttpContext http)
    {
        Protect(http.Response);
        if (HasPage)
        {
            return ServeAsync(http, Index);
        }

        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentType = Types[".html"];
        return http.Response.WriteAsync(NoPage, http.RequestAborted);
    }

    /// <summary>Serves a part of the page. False when there is none of that name.</summary>
    public async Task<bool> TryServeAssetAsync(HttpContext http, string name)
    {
        var path = $"assets/{name}";
        if (!_files.ContainsKey(path))
        {
            return false;
        }

        Protect(http.Response);
        await ServeAsync(http, path);
        return true;
    }

    /// <summary>What every answer to a browser's own navigation carries.</summary>
    public static void Protect(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
    }

    private Task ServeAsync(HttpContext http, string path)
    {
        var (request, response) = (http.Request, http.Response);
        var coding = Codings.FirstOrDefault(name => _files.ContainsKey(path + Ending(name)) && Accepts(request, name));
        var file = _files[coding is null ? path : path + Ending(coding)].Value;
        var headers = response.Headers;
        headers.ETag = file.ETag;
        headers.Vary = "Accept-Encoding";
        // A name with a hash never means another content.
        headers.CacheControl = Hashed().IsMatch(path) ? "public, max-age=31536000, immutable" : "no-cache";
        if (Knows(request, file.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = Types.GetValueOrDefault(Path.GetExtension(path), "application/octet-stream");
        response.ContentLength = file.Content.Length;
        if (coding is not null)
        {
            headers.ContentEncoding = coding;
        }

        return HttpMethods.IsHead(request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(file.Content, http.RequestAborted).AsTask();
    }

    private static string Ending(string coding) => coding == "br" ? ".br" : ".gz";

    private static bool Accepts(HttpRequest request, string coding) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var accepted)
        && accepted.Any(one => one.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && one.Quality is not 0);

    private static bool Knows(HttpRequest request, string etag) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known)
        && known.Any(one => one.Tag == "*" || one.Tag == etag);

    // Such as index-Ab3_x9Kq.js.
    [GeneratedRegex(@"^assets/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Hashed();

    private const string NoPage = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>codex-proxy</title>
        <h1>codex-proxy is running</h1>
        <p>This build has no dashboard, because Node.js was not there when it was built.
        Install Node.js 20 or newer, build codex-proxy again, and restart it.</p>
        <p>Until then <code>codex-proxy top</code>, <code>codex-proxy status</code> and <code>codex-proxy usage</code>
        show the same in a terminal.</p>
        </html>

        """;

    /// <summary>One file as it is sent.</summary>
    /// <param name="Content">Its bytes.</param>
    /// <param name="ETag">A strong tag of them.</param>
    private sealed record EmbeddedFile(ReadOnlyMemory<byte> Content, string ETag)
    {
        public static EmbeddedFile Read(Assembly assembly, string name)
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            var hash = Convert.ToHexStringLower(SHA256.HashData(content), 0, 16);
            return new EmbeddedFile(content, string.Create(CultureInfo.InvariantCulture, $"\"{hash}\""));
        }
    }
}
