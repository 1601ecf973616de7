using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Channels;
using Tocsin.Paging.Tests.Support;

namespace Tocsin.Paging.Tests.Channels;

public sealed class HttpPostTests
{
    private static async Task<HttpAnswer> PostAsync(Uri url, TimeProvider? clock = null, bool allowsLinkLocal = false)
    {
        using var http = new HttpPost(clock ?? TimeProvider.System, () => allowsLinkLocal);
        return await http.PostAsync(url, "{}"u8.ToArray(), [], default);
    }

    [Theory]
    [InlineData(200, DeliveryResult.Delivered)]
    [InlineData(202, DeliveryResult.Delivered)]
    [InlineData(204, DeliveryResult.Delivered)]
    [InlineData(400, DeliveryResult.Refused)]
    [InlineData(401, DeliveryResult.Refused)]
    [InlineData(404, DeliveryResult.Refused)]
    [InlineData(408, DeliveryResult.Retry)]
    [InlineData(429, DeliveryResult.Retry)]
    [InlineData(500, DeliveryResult.Retry)]
    [InlineData(503, DeliveryResult.Retry)]
    public async Task Post_EachStatus_HasItsMeaning(int status, DeliveryResult expected)
    {
        await using var sink = await WebSink.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        var answer = await PostAsync(sink.Url);
        answer.Outcome.Result.ShouldBe(expected);
        answer.Outcome.Text.ShouldStartWith($"{status} ");
    }

    [Fact]
    public async Task Post_Redirect_IsRefusedAndNotFollowed()
    {
        await using var sink = await WebSink.StartAsync(context =>
        {
            context.Response.Redirect("/elsewhere", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
        var answer = await PostAsync(sink.Url);
        answer.Outcome.Result.ShouldBe(DeliveryResult.Refused);
        answer.Outcome.Text.ShouldContain("redirects are not followed");
        sink.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Post_NoAnswer_IsRetriedAfterTenSeconds()
    {
        var clock = new ManualClock(Samples.Now);
        await using var sink = await WebSink.StartAsync(async context =>
        {
            clock.Advance(HttpPost.Limit);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        (await PostAsync(sink.Url, clock)).Outcome.ShouldBe(DeliveryOutcome.Retry("no answer from localhost within 10 s"));
    }

    [Fact]
    public async Task Post_EndlessBody_IsReadToTheLimitOnly()
    {
        await using var sink = await WebSink.StartAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(new byte[16 * 1024], context.RequestAborted);
        });
        var answer = await PostAsync(sink.Url);
        answer.Outcome.Result.ShouldBe(DeliveryResult.Delivered);
        answer.Body.Length.ShouldBe(HttpPost.BodyBytesMax);
    }

    [Fact]
    public async Task Post_BodyStallsAfterTheStatus_StandsByTheStatus()
    {
        var clock = new ManualClock(Samples.Now);
        await using var sink = await WebSink.StartAsync(async context =>
        {
            await context.Response.WriteAsync("tak");
            await context.Response.Body.FlushAsync();
            await clock.TimersAsync(HttpPost.Limit, 1);
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            clock.Advance(HttpPost.Limit);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        (await PostAsync(sink.Url, clock)).Outcome.Result.ShouldBe(DeliveryResult.Delivered);
    }

    [Fact]
    public async Task Post_NobodyListens_IsRetried()
    {
        var sink = await WebSink.AnsweringAsync(200);
        var url = sink.Url;
        await sink.DisposeAsync();
        (await PostAsync(url)).Outcome.ShouldBe(DeliveryOutcome.Retry("no connection to localhost: connection refused"));
    }

    [Fact]
    public async Task Post_NotHttp_IsRetried()
    {
        await using var smtp = new ScriptedSmtpServer().Start();
        (await PostAsync(new Uri($"http://localhost:{smtp.Port}/"))).Outcome.Result.ShouldBe(DeliveryResult.Retry);
    }

    [Fact]
    public async Task Post_UntrustedCertificate_IsRefusedAndATrustedOneIsNot()
    {
        using var certificate = Samples.Certificate();
        await using var sink = await WebSink.StartAsync(_ => Task.CompletedTask, certificate);
        var refused = await PostAsync(sink.Url);
        refused.Outcome.Result.ShouldBe(DeliveryResult.Refused);
        refused.Outcome.Text.ShouldContain("does not trust who signed it");
        sink.Requests.ShouldBeEmpty();

        using var trusting = new HttpPost(TimeProvider.System, () => false, [certificate]);
        (await trusting.PostAsync(sink.Url, "{}"u8.ToArray(), [], default)).Outcome.Result.ShouldBe(DeliveryResult.Delivered);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    public async Task Post_LinkLocal_IsRefusedAtConnect(string url)
    {
        var outcome = (await PostAsync(new Uri(url))).Outcome;
        outcome.Result.ShouldBe(DeliveryResult.Refused);
        outcome.Text.ShouldContain("link-local");
    }

    [Fact]
    public async Task Dial_ByTheAnswerOfThePredicate_ConnectsOrRefuses()
    {
        await using var sink = await WebSink.AnsweringAsync(200);
        var dialer = new Dialer(TimeProvider.System);
        await Should.ThrowAsync<AddressRefusedException>(() => dialer.DialAsync("localhost", sink.Url.Port, _ => false, default));
        using var socket = await dialer.DialAsync("localhost", sink.Url.Port, IPAddress.IsLoopback, default);
        socket.Connected.ShouldBeTrue();
    }

    [Fact]
    public async Task Dial_FirstAddressDead_TakesTheNext()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        // The name leads to ::1 too on most machines; where it does not, this is the plain case.
        using var socket = await new Dialer(TimeProvider.System)
            .DialAsync("localhost", ((IPEndPoint)listener.LocalEndpoint).Port, _ => true, default);
        socket.RemoteEndPoint.ShouldBe(listener.LocalEndpoint);
    }
}
