import Foundation
import TestSupport

/// `aiosmtpd`: STARTTLS or TLS, three ways to authenticate, no pipelining. It knows the user `ann` with the password
/// `s3cret`, which is her token too, and prints each message as `<mechanism> <sender> <recipients>`.
enum AiosmtpdPeer {
    static func run(
        _ mode: String, _ certificate: String, _ key: String, _ body: (ForeignPeer) async throws -> Void
    ) async throws {
        try await ForeignPeer.python(script, [mode, certificate, key], body)
    }

    private static let script = #"""
        import base64, ssl, sys, threading
        from aiosmtpd.controller import Controller
        from aiosmtpd.smtp import AuthResult, LoginPassword
        port, mode, certificate, key = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)

        class Handler:
            async def handle_DATA(self, server, session, envelope):
                print(session.auth_data, envelope.mail_from, ",".join(envelope.rcpt_tos), flush=True)
                return "250 2.0.0 Ok"
            async def auth_XOAUTH2(self, server, args):
                given = base64.b64decode(args[1]).decode()
                if given == "user=ann\x01auth=Bearer s3cret\x01\x01":
                    return AuthResult(success=True, auth_data="XOAUTH2")
                answer = await server.challenge_auth('{"status":"401"}')
                print("answer", answer, flush=True)
                return AuthResult(success=False, handled=False)

        def authenticate(server, session, envelope, mechanism, data):
            good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"ann", b"s3cret")
            return AuthResult(success=good, handled=False, auth_data=mechanism)

        options = {"authenticator": authenticate, "auth_required": mode != "open"}
        if mode == "tls": options |= {"ssl_context": context, "auth_require_tls": False}
        elif mode == "starttls": options |= {"tls_context": context, "require_starttls": True}
        else: options |= {"auth_require_tls": True}
        Controller(Handler(), hostname="127.0.0.1", port=port, **options).start()
        threading.Event().wait()
        """#
}
