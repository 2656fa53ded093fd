import Crypto
import TestSupport

@testable import Providers

/// A stand-in for APNs by the library `h2`, as strict as Apple's documents say: HTTP/2 alone, one request at a time until it
/// has seen a good token, and no header that is missing or wrong.
///
/// It prints `<connection> <status> <reason or what it took>` for each request. What it does with a device is in its
/// token: `0410` is gone, `0503` comes too soon, `60a3` closes the connection without having taken it, `4ef0` refuses it.
enum APNSPeer {
    /// - Parameter staleBefore: tokens made before this time, in seconds since 1970, are expired.
    static func run(
        _ files: TestCertificateFiles, staleBefore: Int = 0, _ body: (ForeignPeer) async throws -> Void
    ) async throws {
        let key = APNSConfiguration.testKey.publicKey.pemRepresentation
        try await ForeignPeer.python(script, [files.certificate, files.key, key, "\(staleBefore)"], body)
    }

    private static let script = #"""
        import collections, json, re, socket, ssl, sys, threading
        import h2.config, h2.connection, h2.events, h2.settings, jwt
        from h2.errors import ErrorCodes
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        context.set_alpn_protocols(["h2"])
        types = "alert background controls location voip complication fileprovider mdm liveactivity pushtotalk widgets"

        streams = h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS

        class Refused(Exception): pass

        def refuse(status, reason): raise Refused(status, reason)

        def check_token(value):
            if not value: refuse(403, "MissingProviderToken")
            scheme, _, token = value.partition(" ")
            try:
                header = jwt.get_unverified_header(token)
                claims = jwt.decode(token, sys.argv[4], algorithms=["ES256"], options={"verify_iat": False})
                good = scheme == "bearer" and header["kid"] == "ABC123DEFG" and claims["iss"] == "DEF123GHIJ"
                good = good and set(claims) == {"iss", "iat"} and isinstance(claims["iat"], int)
            except (jwt.InvalidTokenError, KeyError): good = False
            if not good: refuse(403, "InvalidProviderToken")
            if claims["iat"] < int(sys.argv[5]): refuse(403, "ExpiredProviderToken")

        def check(pairs, body):
            counts = collections.Counter(name for name, _ in pairs)
            headers = dict(pairs)
            if max(counts.values()) > 1: refuse(400, "DuplicateHeaders")
            if headers[":method"] != "POST": refuse(405, "MethodNotAllowed")
            path = re.fullmatch(r"/3/device/(.*)", headers[":path"])
            if not path: refuse(404, "BadPath")
            check_token(headers.get("authorization"))
            if not path[1]: refuse(400, "MissingDeviceToken")
            if not re.fullmatch(r"[0-9a-f]+", path[1]): refuse(400, "BadDeviceToken")
            if "apns-topic" not in headers: refuse(400, "MissingTopic")
            if not re.fullmatch(r"[A-Za-z0-9.-]+", headers["apns-topic"]): refuse(400, "BadTopic")
            if headers["apns-topic"] != "com.example.shop": refuse(400, "DeviceTokenNotForTopic")
            if not body: refuse(400, "PayloadEmpty")
            if len(body) > 4096: refuse(413, "PayloadTooLarge")
            aps = json.loads(body)["aps"]
            kind = headers.get("apns-push-type")
            silent = aps == {"content-available": 1}
            if kind not in types.split() or (kind == "background") != silent: refuse(400, "InvalidPushType")
            priority = headers.get("apns-priority", "10")
            if priority not in ("1", "5", "10") or (silent and priority == "10"): refuse(400, "BadPriority")
            if not re.fullmatch(r"\d{1,10}", headers.get("apns-expiration", "0")): refuse(400, "BadExpirationDate")
            if len(headers.get("apns-collapse-id", "").encode()) > 64: refuse(400, "BadCollapseId")
            uuid = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
            if not re.fullmatch(uuid, headers.get("apns-id", "")): refuse(400, "BadMessageId")
            if path[1] == "0410": refuse(410, "Unregistered")
            if path[1] == "0503": refuse(503, "ServiceUnavailable")
            return headers

        def answer(connection, stream, number, pairs, body):
            path = dict(pairs)[":path"]
            if path.endswith("/60a3"):
                return connection.close_connection(last_stream_id=0, additional_data=b'{"reason":"Shutdown"}')
            if path.endswith("/4ef0"): return connection.reset_stream(stream, ErrorCodes.REFUSED_STREAM)
            try:
                headers = check(pairs, body)
                names = ("apns-push-type", "apns-priority", "apns-expiration", "apns-collapse-id")
                print(number, 200, *[headers.get(name, "-") for name in names], body.decode(), flush=True)
                if not connection.trusts:
                    connection.trusts = True
                    connection.update_settings({streams: 100})
                connection.send_headers(stream, [(":status", "200"), ("apns-id", headers["apns-id"])], end_stream=True)
            except Refused as refused:
                status, reason = refused.args
                print(number, status, reason, flush=True)
                content = {"reason": reason} | ({"timestamp": 1700000000000} if status == 410 else {})
                connection.send_headers(stream, [(":status", str(status))])
                connection.send_data(stream, json.dumps(content).encode(), end_stream=True)

        def serve(raw, number):
            try: tls = context.wrap_socket(raw, server_side=True)
            except OSError: return
            if tls.selected_alpn_protocol() != "h2": return tls.close()
            connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
            connection.local_settings = h2.settings.Settings(client=False, initial_values={streams: 1})
            connection.trusts = False
            connection.initiate_connection()
            tls.sendall(connection.data_to_send())
            requests = {}
            while data := tls.recv(65536):
                try: events = connection.receive_data(data)
                except h2.exceptions.ProtocolError as error:
                    print(number, "protocol", type(error).__name__, error, flush=True)
                    return tls.close()
                for event in events:
                    if isinstance(event, h2.events.RequestReceived): requests[event.stream_id] = (event.headers, b"")
                    elif isinstance(event, h2.events.DataReceived):
                        pairs, body = requests[event.stream_id]
                        requests[event.stream_id] = (pairs, body + event.data)
                        connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                    elif isinstance(event, h2.events.StreamEnded):
                        answer(connection, event.stream_id, number, *requests.pop(event.stream_id))
                tls.sendall(connection.data_to_send())
                if connection.state_machine.state.name == "CLOSED": return tls.close()

        listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
        for number in range(1_000_000):
            raw, _ = listener.accept()
            threading.Thread(target=serve, args=(raw, number), daemon=True).start()
        """#
}
