import Testing

@testable import Outbound

@Suite struct OutboundURLTests {
    @Test(arguments: [
        ("https://example.com", "https://example.com:443/"),
        ("HTTPS://Hooks.Example.COM/A/b?c=%2F&d", "https://hooks.example.com:443/A/b?c=%2F&d"),
        ("https://example.com?x=1", "https://example.com:443/?x=1"),
        ("http://example.com/", "http://example.com:80/"),
        ("https://example.com:8443/~a/b;c=1/@me", "https://example.com:8443/~a/b;c=1/@me"),
        ("https://8.8.8.8/", "https://8.8.8.8:443/"),
        ("https://[2606:4700::1111]:8443/x", "https://[2606:4700::1111]:8443/x"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example:443/"),
    ])
    func goodURLIsRebuiltFromItsParts(text: String, rebuilt: String) throws {
        #expect(try OutboundURL(text).text == rebuilt)
    }

    @Test(arguments: [
        ("", OutboundRefusal.malformed), ("example.com", .malformed), ("//example.com", .malformed),
        ("mailto:a@b.c", .malformed), ("https:/example.com", .malformed),
        ("ftp://example.com/", .scheme), ("file:///etc/passwd", .scheme), ("javascript://x", .scheme),
        ("https://user@example.com/", .userInfo), ("https://a:b@example.com/", .userInfo),
        ("https://example.com@127.0.0.1/", .userInfo),
        ("https://", .host), ("https:///x", .host), ("https://:443/", .host), ("https://.example.com/", .host),
        ("https://localhost./", .host), ("https://a..b/", .host), ("https://exa mple.com/", .host),
        ("https://bücher.example/", .host), ("https://-a.example/", .host),
        ("https://example.com\\@evil.com/", .userInfo),
        ("https://example.com\\evil.com/", .host), ("https://%31%32%37.0.0.1/", .host), ("https://a\u{0}.b/", .host),
        ("https://2130706433/", .host), ("https://0x7f000001/", .host), ("https://0177.0.0.1/", .host),
        ("https://127.1/", .host), ("https://1.2.3.4.5/", .host), ("https://①②⑦.0.0.1/", .host),
        ("https://[::1/", .host), ("https://[127.0.0.1]/", .host), ("https://[fe80::1%25eth0]/", .host),
        ("https://[::1]x/", .host), ("https://[]/", .host),
        ("https://example.com:/", .port), ("https://example.com:0/", .port), ("https://example.com:65536/", .port),
        ("https://example.com:+443/", .port), ("https://example.com:443:80/", .port),
        ("https://example.com:٤٤٣/", .port),
        ("https://example.com/#f", .malformed), ("https://example.com#@evil.com/", .malformed),
        ("https://example.com/a b", .malformed), ("https://example.com/\r\nX: y", .malformed),
        ("https://example.com/%", .malformed), ("https://example.com/%2", .malformed),
        ("https://example.com/%zz", .malformed), ("https://example.com/ä", .malformed),
        ("https://example.com/" + String(repeating: "a", count: 2048), .tooLong),
        ("https://" + String(repeating: "a", count: 64) + ".com/", .host),
    ])
    func oddURLIsRefused(text: String, refusal: OutboundRefusal) {
        #expect(throws: refusal) { try OutboundURL(text) }
    }
}
