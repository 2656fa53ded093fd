import Notifications
import TestSupport
import Testing

@testable import Templates

/// What a value may become, by where it stands.
@Suite struct EscapingTests {
    private static let nasty: JSON = ["x": #"</p><script>alert("1" + '2' + `3`)</script>&amp;"#]
    private static let harmless =
        "&lt;/p&gt;&lt;script&gt;alert(&quot;1&quot; + &#39;2&#39; + &#96;3&#96;)&lt;/script&gt;&amp;amp;"

    @Test(arguments: [
        ("<p>{{x}}</p>", "<p>\(harmless)</p>"),
        (#"<p title="{{x}}">"#, #"<p title="\#(harmless)">"#),
        ("<p title = '{{x}}'>", "<p title = '\(harmless)'>"),
        ("<!-- {{x}} -->", "<!-- \(harmless) -->"),
        ("<!-->{{x}}", "<!-->\(harmless)"),
        ("1 < 2 {{x}}", "1 < 2 \(harmless)"),
        ("<br/>{{x}}<style>p { }</style>{{x}}", "<br/>\(harmless)<style>p { }</style>\(harmless)"),
        ("<input {{#x}}checked{{/x}}>{{x}}", "<input checked >\(harmless)"),
        (#"<p hr{{#x}}{{/x}}ef="{{x}}">"#, #"<p hr ef="\#(harmless)">"#),
        (#"<p hr{{#y}} id="{{x}}" {{/y}}ef="{{x}}">"#, #"<p hr ef="\#(harmless)">"#),
        ("<!-- {{#x}}-{{x}} {{/x}}-->{{x}}", "<!-- -\(harmless) -->\(harmless)"),
    ])
    func valueStaysTextInHTML(text: String, result: String) throws {
        #expect(try rendered(text, Self.nasty, as: .html) == result)
    }

    @Test(arguments: [
        (
            #"<a href="{{x}}">"#, "https://a.example/?b=1&c=å \"",
            #"<a href="https://a.example/?b=1&amp;c=%C3%A5%20%22">"#
        ),
        (#"<a href="{{x}}">"#, "/orders#1", #"<a href="/orders#1">"#),
        (#"<a href="{{x}}">"#, "javascript:alert(1)", "data.x invalid"),
        (#"<a href="{{x}}">"#, " javascript:alert(1)", "data.x invalid"),
        (#"<a href="{{x}}">"#, "JavaScript:alert(1)", "data.x invalid"),
        (#"<a href="{{x}}">"#, "data:text/html,x", "data.x invalid"),
        (#"<img SRC='{{x}}'>"#, "vbscript:x", "data.x invalid"),
        (
            #"<a href="https://a.example/{{x}}">"#, "../b?c=d&e#f",
            #"<a href="https://a.example/..%2Fb%3Fc%3Dd%26e%23f">"#
        ),
        (#"<a href="https://{{x}}/">"#, "evil.example/x@", #"<a href="https://evil.example%2Fx%40/">"#),
        (#"<a href="{{#y}}{{/y}}{{x}}">"#, "javascript:alert(1)", "data.x invalid"),
        (#"<a href="{{y}}{{x}}">"#, "javascript:alert(1)", #"<a href="yjavascript%3Aalert%281%29">"#),
        (#"<a href="{{#z}}{{z}}{{/z}}{{^z}}{{x}}{{/z}}">"#, "https://a.example/", #"<a href="https://a.example/">"#),
        (#"<a href="{{^z}}{{x}}{{/z}}{{#z}}{{z}}{{/z}}">"#, "https://a.example/", #"<a href="https://a.example/">"#),
        (#"<a href="{{#x}}{{x}}{{/x}}{{^x}}/{{/x}}">"#, "https://a.example/", #"<a href="https://a.example/">"#),
        (
            #"<a href="{{^y}}{{y}}{{/y}}{{#y}}{{#z}}{{z}}{{/z}}{{^z}}{{x}}{{/z}}{{/y}}">"#, "https://a.example/",
            #"<a href="https://a.example/">"#
        ),
        (#"<a href="{{#z}}{{z}}{{/z}}{{^z}}{{x}}{{/z}}">"#, "javascript:alert(1)", "data.x invalid"),
        (
            #"<a href="{{#z}}{{/z}}{{^z}}https://a.example{{/z}}{{x}}">"#, "@b.example",
            #"<a href="https://a.example%40b.example">"#
        ),
        (
            #"<a href="{{#y}}https://a.example{{/y}}{{^y}}{{/y}}{{x}}">"#, "@b.example",
            #"<a href="https://a.example%40b.example">"#
        ),
        (
            #"<a href="{{#y}}https://a.example{{/y}}{{^y}}{{/y}}{{#y}}{{x}}{{/y}}">"#, "@b.example",
            #"<a href="https://a.example%40b.example">"#
        ),
        (
            #"<a href="{{#y}}https://a.example{{/y}}{{^z}}{{x}}{{/z}}">"#, "@b.example",
            #"<a href="https://a.example%40b.example">"#
        ),
    ])
    func addressStaysAnAddressInHTML(text: String, value: String, result: String) throws {
        #expect(try rendered(text, ["x": .string(value), "y": "y"], as: .html) == result)
    }

    @Test(arguments: [
        ("<a href={{x}}>", 9), ("<{{x}}>", 2), ("<p {{x}}>", 4), ("<p {{x}}=\"\">", 4), ("<script>{{x}}</script>", 9),
        ("<STYLE>{{x}}</STYLE>", 8), (#"<p onclick="{{x}}">"#, 13), (#"<p style="{{x}}">"#, 11),
        (#"<img srcset="{{x}}">"#, 14), ("<p {{> p}}>", 4), ("<p {{{content}}}>", 4), (#"<p title="{{> p}}">"#, 11),
        ("<p title={{#x}}a{{/x}}{{y}}>", 17), ("{{#x}}<p title=\"{{/x}}\">", 17), ("<p>{{#x}}<p {{/x}}>", 13),
        (#"<a href{{#x}}{{/x}}="{{y}}">"#, 20), (#"<a href {{#x}}id="a"{{/x}}="{{y}}">"#, 27),
        (#"<a href{{#x}}="{{y}}"{{/x}}>"#, 14), ("<s{{#x}}x{{/x}}cript>{{y}}</script>", 3),
        ("{{#x}}<a{{/x}} href=\"{{y}}\">", 9), ("<!-- -{{#x}}a{{/x}}->", 7),
        ("<script>{{#x}}</s{{/x}}cript>{{y}}", 18),
        ("<p", 3), ("<!-- ", 6), ("<script>", 9), (#"<p title=""#, 11),
    ])
    func valueMayNotStandWhereNoEscapeHelps(text: String, column: Int) {
        let error = #expect(throws: MustacheSyntaxError.self) { _ = try MustacheParser.parse(text, as: .html) }
        #expect(error?.column == column, "\(error.map(\.description) ?? "")")
    }

    @Test(arguments: ["a\r\nBcc: b@example.org", "a\nb", "a\u{0}", "a\u{2028}b", "a\u{85}b"])
    func nothingEndsAHeader(value: String) throws {
        #expect(try rendered("Order {{x}}", ["x": .string(value)], as: .line) == "data.x invalid")
        #expect(throws: MustacheSyntaxError.self) { _ = try MustacheParser.parse("Order \(value)", as: .line) }
        #expect(try rendered("Order {{x}}", ["x": .string(value)]) == "Order \(value)", "a text has lines")
    }

    @Test(arguments: [
        ("{{x}}", "https://a.example/ö?b=c&d", "https://a.example/%C3%B6?b=c&d"),
        ("{{x}}", "javascript:1", "data.x invalid"),
        ("{{#z}}{{z}}{{/z}}{{^z}}{{x}}{{/z}}", "https://a.example/b", "https://a.example/b"),
        ("{{#z}}{{z}}{{/z}}{{^z}}{{x}}{{/z}}", "javascript:1", "data.x invalid"),
        ("{{#x}}https://a.example{{/x}}{{x}}", "@b", "https://a.example%40b"),
        ("https://a.example/{{x}}?q={{x}}", "a/b&c", "https://a.example/a%2Fb%26c?q=a%2Fb%26c"),
    ])
    func memberThatIsAnAddressStaysOne(text: String, value: String, result: String) throws {
        #expect(try rendered(text, ["x": .string(value)], as: .url) == result)
    }

    @Test(arguments: [
        ("html", NotificationChannel.email, true, Medium.html), ("html", .email, false, .text),
        ("html", .chat, true, .text),
        ("subject", .email, true, .line), ("title", .email, true, .line), ("title", .push, true, .text),
        ("link", .push, true, .url), ("image", .push, true, .url), ("url", .chat, false, .url),
        ("image_url", .chat, false, .url), ("iconURL", .webhook, false, .url), ("body", .sms, true, .text),
    ])
    func memberSaysWhatItIsWrittenIn(name: String, channel: NotificationChannel, isTopLevel: Bool, medium: Medium) {
        #expect(Medium(of: name, in: channel, isTopLevel: isTopLevel) == medium)
    }

    /// Whatever is written into an attribute or between tags, what comes out has the tags of the template and no others.
    @Test func noValueAddsATag() throws {
        var generator = SeededGenerator(seed: 4)
        let alphabet = Array("<>\"'&`= /!-:;ax\n\u{0}å")
        for _ in 0..<500 {
            let value = String((0..<12).map { _ in alphabet.randomElement(using: &generator) ?? "x" })
            let text = #"<p title="{{x}}">{{x}}</p><a href="https://a.example/{{x}}">{{x}}</a><!--{{x}}-->"#
            let html = try rendered(text, ["x": .string(value)], as: .html)
            #expect(html.count { $0 == "<" } == 5, "\(value.debugDescription)")
            #expect(html.count { $0 == ">" } == 5, "\(value.debugDescription)")
            #expect(html.count { $0 == "\"" } == 4, "\(value.debugDescription)")
        }
    }
}
