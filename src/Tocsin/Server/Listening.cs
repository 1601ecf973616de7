using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Server.Tls;

namespace Tocsin.Server;

/// <summary>Where and how the server listens, judged before it starts.</summary>
/// <param name="Certificate">Of every listener that speaks TLS; null when none does.</param>
internal sealed record Listening(ServerSettings Settings, ServerCertificate? Certificate, PublicListener? Public)
{
    /// <returns>The listeners, or what is wrong with them and what to do.</returns>
    public static Parsed<Listening> Of(ServerSettings settings, ServerModel server, TimeProvider clock)
    {
        ServerCertificate? certificate = null;
        if (CertificateFiles.Of(server) is { } files)
        {
            if (!files.Read().TryGet(out var text, out var error)
                || !ServedCertificate.Of(text, clock.GetUtcNow()).TryGet(out var served, out error)) return Parsed<Listening>.Bad(error);
            certificate = new ServerCertificate(served, clock);
        }
        if (server.ListenPublic is not { } address) return new Listening(settings, certificate, null);
        return PublicListener.Of(address, certificate is not null).TryGet(out var open, out var wrong)
            ? new Listening(settings, certificate, open) : Parsed<Listening>.Bad(wrong);
    }

    public void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        if (Settings.Listen is { } address) kestrel.Listen(IPAddress.Parse(address), Settings.Port, Main);
        else if (Certificate is not null) kestrel.ListenAnyIP(Settings.Port, Main);
        else kestrel.Listen(IPAddress.Loopback, Settings.Port);
        if (Public is { } open) kestrel.Listen(open.Address, open.Port, options => { if (open.IsTls) Certificate!.Use(options); });
    }

    private void Main(ListenOptions options) => Certificate?.Use(options);
}

/// <summary>The second listener, on which only what is meant for everybody answers.</summary>
internal sealed record PublicListener(IPAddress Address, int Port, bool IsTls)
{
    public static Parsed<PublicListener> Of(Uri address, bool hasCertificate)
    {
        if (!IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
            return Parsed<PublicListener>.Bad($"listen_public: {address.Host} is a name, expected an address of this machine such as 0.0.0.0 or [::]");
        var isTls = address.Scheme == Uri.UriSchemeHttps;
        return isTls && !hasCertificate
            ? Parsed<PublicListener>.Bad("listen_public: https needs a certificate, expected the section tls, or http for a proxy in front")
            : new PublicListener(ip, address.Port, isTls);
    }
}
