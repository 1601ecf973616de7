namespace Tocsin.Demo.Tests;

internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("tocsin-demo-").FullName;
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
