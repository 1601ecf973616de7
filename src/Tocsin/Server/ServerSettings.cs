namespace Tocsin.Server;

/// <summary>What the command line says about a server.</summary>
/// <param name="Configuration">Directory or file.</param>
/// <param name="Listen">Address to listen on; null is loopback, or every address when TLS is configured.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="IsQuiet">Log warnings only: somebody reads the console for something else.</param>
internal sealed record ServerSettings(string Configuration, string Data, string? Listen, int Port, bool IsQuiet = false);
