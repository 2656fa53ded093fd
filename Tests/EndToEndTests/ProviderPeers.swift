import Notifications
import TestSupport
import Testing

/// FCM, SendGrid, Twilio, Slack and somebody's endpoint on one port, as strict as their documents say, by the libraries
/// that there are for receivers. Twilio calls back, first with a forgery.
///
/// Prints its service account for FCM; then a line for each request, with what it was and what it was answered.
struct ProviderPeers {
    static let account = "AC0123456789abcdef0123456789abcdef"
    private static let token = "0123456789abcdef0123456789abcdef"

    let peer: ForeignPeer
    private var url: String { "http://127.0.0.1:\(peer.port)" }
    var hook: String { "\(url)/hook" }

    static func run(_ body: (ProviderPeers) async throws -> Void) async throws {
        try await ForeignPeer.python(script, [Installation.webhookSecret, account, token]) { peer in
            try await body(ProviderPeers(peer: peer))
        }
    }

    /// All that a Belfry must be told to use them.
    func settings() async throws -> [String: String] {
        try await eventually(within: .seconds(30), "the service account") { !peer.lines.isEmpty }
        return [
            "BELFRY_PROVIDERS":
                "push.fcm=fcm email=sendgrid sms=twilio chat.slack=slack webhook=webhook inApp=inApp",
            "BELFRY_FCM_URL": "\(url)/fcm", "BELFRY_FCM_CREDENTIALS": peer.lines[0],
            "BELFRY_SENDGRID_URL": "\(url)/sendgrid", "BELFRY_SENDGRID_API_KEY": "SG.key",
            "BELFRY_EMAIL_FROM": "Shop <no-reply@example.com>",
            "BELFRY_TWILIO_URL": "\(url)/twilio", "BELFRY_TWILIO_ACCOUNT_SID": Self.account,
            "BELFRY_TWILIO_AUTH_TOKEN": Self.token, "BELFRY_TWILIO_FROM": "+15005550006",
            "BELFRY_SLACK_URL": "\(url)/slack", "BELFRY_SLACK_TOKEN": "xoxb-1",
        ]
    }

    /// What each was answered, in their order.
    var answers: [String] { Array(peer.lines.dropFirst()) }

    private static let script = #"""
        import base64, json, os, sys, threading, urllib.error, urllib.parse, urllib.request
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        import jwt
        from cryptography.hazmat.primitives.asymmetric import rsa
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
        from standardwebhooks.webhooks import Webhook
        from twilio.request_validator import RequestValidator

        port, secret, account, token = int(sys.argv[1]), *sys.argv[2:]
        key = rsa.generate_private_key(65537, 2048)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        sender = "belfry@shop-1.iam.gserviceaccount.com"
        print(json.dumps({"type": "service_account", "project_id": "shop-1", "private_key_id": "key-1",
            "private_key": pem, "client_email": sender, "token_uri": f"http://127.0.0.1:{port}/fcm/token"}), flush=True)

        # A line in one piece, as several threads have something to say.
        def say(*words): os.write(1, (" ".join(str(word) for word in words) + "\n").encode())

        def need(condition, what):
            if not condition: raise ValueError(what)

        def same(value, expected): need(value == expected, f"{value} instead of {expected}")

        def form(body): return dict(urllib.parse.parse_qsl(body.decode(), strict_parsing=True, errors="strict"))

        def fcm_token(headers, body):
            fields = form(body)
            same(fields["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer")
            claims = jwt.decode(fields["assertion"], key.public_key(), algorithms=["RS256"],
                audience="https://oauth2.googleapis.com/token", options={"require": ["iss", "iat", "exp", "aud"]})
            same((claims["iss"], claims["scope"]), (sender, "https://www.googleapis.com/auth/firebase.messaging"))
            return 200, {"access_token": "ya29.1", "expires_in": 3599, "token_type": "Bearer"}, {}

        def fcm(headers, body):
            same(headers["authorization"], "Bearer ya29.1")
            message = json.loads(body)["message"]
            same(message["token"], "phone-token")
            same(message["notification"], {"title": "Order shipped", "body": "It is on its way."})
            need(all(isinstance(value, str) for value in message["data"].values()), "data")
            return 200, {"name": "projects/shop-1/messages/m1"}, {}

        def sendgrid(headers, body):
            same(headers["authorization"], "Bearer SG.key")
            same(headers["content-type"].split(";")[0], "application/json")
            mail = json.loads(body)
            [envelope] = mail["personalizations"]
            same([to["email"] for to in envelope["to"]], ["ann@example.org"])
            same((mail["from"]["email"], mail["subject"]), ("no-reply@example.com", "Order shipped"))
            need(mail["content"][0]["type"] == "text/plain", "content")
            need(mail["custom_args"]["belfry_reference"], "reference")
            return 202, None, {"X-Message-Id": "sg-1"}

        def twilio(headers, body):
            same(headers["authorization"], "Basic " + base64.b64encode(f"{account}:{token}".encode()).decode())
            same(headers["content-type"], "application/x-www-form-urlencoded")
            fields = form(body)
            same((fields["To"], fields["From"]), ("+46701234567", "+15005550006"))
            same(fields["Body"], "It is on its way.")
            threading.Thread(target=call_back, args=[fields["StatusCallback"]], daemon=True).start()
            return 201, {"sid": "SM1", "status": "queued", "error_code": None}, {}

        def call_back(url):
            for signer, status in (("forged", "failed"), (token, "sent"), (token, "delivered")):
                fields = {"AccountSid": account, "MessageSid": "SM1", "MessageStatus": status}
                signature = RequestValidator(signer).compute_signature(url, fields)
                request = urllib.request.Request(url, urllib.parse.urlencode(fields).encode(),
                    {"X-Twilio-Signature": signature})
                try: answer = urllib.request.urlopen(request, timeout=10).status
                except urllib.error.HTTPError as error: answer = error.code
                say("callback", status, answer)

        def slack(headers, body):
            same(headers["authorization"], "Bearer xoxb-1")
            same(headers["content-type"], "application/json; charset=utf-8")
            message = json.loads(body)
            same(message["channel"], "C024BE91L")
            same(message["text"], "Order shipped\nIt is on its way.")
            return 200, {"ok": True, "channel": "C024BE91L", "ts": "1700000000.000100"}, {}

        def hook(headers, body):
            event = Webhook(secret).verify(body.decode(), headers)
            same(event["data"]["title"], "Order shipped")
            return 204, None, {}

        routes = {
            "/fcm/token": fcm_token, "/fcm/v1/projects/shop-1/messages:send": fcm, "/sendgrid/v3/mail/send": sendgrid,
            f"/twilio/2010-04-01/Accounts/{account}/Messages.json": twilio, "/slack/api/chat.postMessage": slack,
            "/hook": hook,
        }

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                name, content, more = "nobody", None, {}
                try:
                    route = routes[self.path]
                    name = route.__name__
                    headers = {name.lower(): value for name, value in self.headers.items()}
                    status, content, more = route(headers, body)
                    say(name, status)
                except Exception as error:
                    status = 400
                    say(name, status, repr(error))
                self.send_response(status)
                data = b"" if content is None else json.dumps(content).encode()
                for header, value in more.items(): self.send_header(header, value)
                if data: self.send_header("Content-Type", "application/json")
                if status != 204: self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args): pass

        ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
        """#
}
