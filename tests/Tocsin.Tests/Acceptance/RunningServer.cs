using Microsoft.Extensions.DependencyInjection;
using Tocsin.Kernel;
using Tocsin.Server;
using Tocsin.Web;
using Tocsin.Web.Accounts;

namespace Tocsin.Tests.Acceptance;

/// <summary>The whole program in this process, on real sockets and a real database, in a directory of its own.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly DirectoryInfo directory;

    private RunningServer(DirectoryInfo directory, ServerProgram program, int port) => (this.directory, Program, Port) = (directory, program, port);

    public ServerProgram Program { get; }
    public int Port { get; }
    public Uri Url => new($"http://127.0.0.1:{Port}/");
    public IServiceProvider Services => Program.App.Services;

    /// <param name="yaml">The configuration; <c>public_url</c> is added.</param>
    /// <param name="data">Where the database goes; null is a new temporary directory.</param>
    public static async Task<RunningServer> StartAsync(string yaml, string? data = null, TimeProvider? clock = null)
    {
        var directory = Directory.CreateTempSubdirectory("tocsin-acceptance-");
        var port = FreePorts.Next();
        var configuration = Path.Combine(directory.FullName, "config");
        Directory.CreateDirectory(configuration);
        await File.WriteAllTextAsync(Path.Combine(configuration, "tocsin.yaml"), $"public_url: http://127.0.0.1:{port}\n{yaml}");
        var settings = new ServerSettings(configuration, data ?? Path.Combine(directory.FullName, "data"), "127.0.0.1", port, IsQuiet: true);
        var created = await ServerProgram.CreateAsync(settings, clock ?? TimeProvider.System);
        if (!created.TryGet(out var program, out var error)) throw new InvalidOperationException(error);
        (await program.StartAsync(CancellationToken.None)).IsValid.ShouldBeTrue();
        return new RunningServer(directory, program, port);
    }

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    /// <returns>A token of an integration.</returns>
    public async Task<string> TokenAsync(Role role) => (await Get<ApiTokens>().CreateForIntegrationAsync("test", role, Actor.Tocsin)).Value;

    public async ValueTask DisposeAsync()
    {
        await Program.App.StopAsync();
        await Program.DisposeAsync();
        directory.Delete(recursive: true);
    }
}
