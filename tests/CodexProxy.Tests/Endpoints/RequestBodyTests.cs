using System.IO.Compression;
using System.Net;
using System.Text;
using CodexProxy.Endpoints;
using CodexProxy.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CodexProxy.Tests.Endpoints;

public sealed class RequestBodyTests
{
    private const int Limit = 100_000;

    [Theory]
    [InlineData("")]
    [InlineData("identity")]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("GZIP")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("gzip, br")]
    [InlineData("br,identity,deflate")]
    public async Task Every_coding_and_chain_gives_the_bytes_back(string codings)
    {
        var text = string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i % 97} ü"));

        var (status, body) = await SendAsync(Encode(Encoding.UTF8.GetBytes(text), codings), codings);

        status.ShouldBe(HttpStatusCode.OK);
        body.ShouldBe(text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 * 1024)]
    [InlineData(Limit)]
    public async Task Every_size_up_to_the_limit_is_read_with_and_without_a_length(int size)
    {
        var bytes = new byte[size];
        Array.Fill(bytes, (byte)'a');

        (await SendAsync(bytes, "")).Body.Length.ShouldBe(size);
        (await SendAsync(bytes, "", chunked: true)).Body.Length.ShouldBe(size);
        (await SendAsync(Encode(bytes, "gzip"), "gzip")).Body.Length.ShouldBe(size);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("", true)]
    [InlineData("gzip", false)]
    [InlineData("br, gzip", true)]
    public async Task A_body_over_the_limit_is_too_large_whatever_its_form(string codings, bool chunked)
    {
        // Compressed it is far below the limit: what counts is what it becomes.
        var (status, body) = await SendAsync(Encode(new byte[Limit + 1], codings), codings, chunked);

        status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        body.ShouldContain(
            """{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}"""
        );
    }

    [Fact]
    public async Task A_coded_body_over_the_limit_before_decoding_is_too_large()
    {
        // Valid gzip may hold any number of members of one byte: large on the wire, small when decoded.
        var small = Encode([1], "gzip");
        var many = Enumerable.Repeat(small, (Limit / small.Length) + 1).SelectMany(bytes => bytes).ToArray();

        (await SendAsync(many, "gzip", chunked: true)).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("zstd", "zstd")]
    [InlineData("gzip, Foo", "Foo")]
    [InlineData("gzip,gzip,gzip,gzip,gzip", "gzip")]
    public async Task An_unknown_coding_is_named(string codings, string named)
    {
        var (status, body) = await SendAsync([1, 2, 3], codings);

        status.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        body.ShouldContain(
            $$"""{"type":"error","error":{"type":"invalid_request_error","message":"content-encoding {{named}} is not supported"}"""
        );
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_body_that_is_not_what_its_coding_says_is_a_bad_request(string coding)
    {
        var (status, body) = await SendAsync(Encoding.ASCII.GetBytes("{\"plain\":\"json, not compressed\"}"), coding);

        status.ShouldBe(HttpStatusCode.BadRequest);
        body.ShouldContain($"The request body is not valid {coding} data");
    }

    [Fact]
    public async Task Bytes_are_out_of_reach_after_the_buffer_went_back()
    {
        var context = new DefaultHttpContext { Request = { Body = new MemoryStream("abc"u8.ToArray()) } };
        var body = await RequestBody.ReadAsync(context, Limit);
        body.Bytes.ToArray().ShouldBe("abc"u8.ToArray());

        body.Dispose();
        body.Dispose();

        Should.Throw<ObjectDisposedException>(() => body.Bytes);
    }

    private static async Task<(HttpStatusCode Status, string Body)> SendAsync(
        byte[] bytes,
        string codings,
        bool chunked = false
    )
    {
        await using var gateway = await RunningGateway.StartAsync(map: app =>
            app.MapPost(
                "/body",
                async (HttpContext context) =>
                {
                    using var body = await RequestBody.ReadAsync(context, Limit);
                    await context.Response.Body.WriteAsync(body.Bytes);
                }
            )
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, "/body") { Content = new ByteArrayContent(bytes) };
        request.Headers.TransferEncodingChunked = chunked ? true : null;
        if (codings.Length > 0)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Encoding", codings);
        }

        using var response = await gateway.Http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static byte[] Encode(byte[] bytes, string codings)
    {
        foreach (
            var coding in codings.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        )
        {
            using var buffer = new MemoryStream();
            using (
                Stream? encoder = coding.ToLowerInvariant() switch
                {
                    "gzip" or "x-gzip" => new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true),
                    "deflate" => new ZLibStream(buffer, CompressionLevel.Fastest, leaveOpen: true),
                    "br" => new BrotliStream(buffer, CompressionLevel.Fastest, leaveOpen: true),
                    _ => null,
                }
            )
            {
                if (encoder is null)
                {
                    continue;
                }

                encoder.Write(bytes);
            }

            bytes = buffer.ToArray();
        }

        return bytes;
    }
}
