#include "broker/main/mosquitto_keys.hpp"

#include <algorithm>
#include <array>

namespace trunkline::broker {

namespace {

using T = MosquittoTranslator;

constexpr std::string_view no_bridge = "bridges are not available";
constexpr std::string_view no_plugin = "plugins are not available; password_file and acl_file are read as they are";
constexpr std::string_view our_log = "the log goes to standard error; log_level says how much";
constexpr std::string_view at_once = "what is acknowledged is on disk at once";

constexpr auto mosquitto_keys = std::to_array<MosquittoKey>({
    // who may come in
    {"per_listener_settings", nullptr, ""},  // read before all others
    {"allow_anonymous", &T::everywhere, "allow_anonymous"},
    {"allow_zero_length_clientid", &T::everywhere, "allow_zero_length_clientid"},
    {"auto_id_prefix", &T::everywhere, "auto_id_prefix"},
    {"password_file", &T::file, "password_file"},
    {"acl_file", &T::file, "acl_file"},
    {"psk_file", &T::file, "psk_file"},
    {"auth_plugin", &T::missing, no_plugin},
    {"auth_plugin_deny_special_chars", &T::missing, no_plugin},
    {"auth_opt_*", &T::missing, no_plugin},
    {"plugin", &T::missing, no_plugin},
    {"plugin_opt_*", &T::missing, no_plugin},
    {"global_plugin", &T::missing, no_plugin},
    {"clientid_prefixes", &T::missing, "a pattern line of the ACL file (%c) limits a client to its own topics"},
    // listeners
    {"listener", &T::listener, ""},
    {"port", &T::default_listener, "port"},
    {"bind_address", &T::default_listener, "bind_address"},
    {"bind_interface", &T::missing, "give the interface's address to the listener"},
    {"socket_domain", &T::for_listener, "socket_domain"},
    {"protocol", &T::protocol, ""},
    {"max_connections", &T::of_listener, "max_connections"},
    {"max_qos", &T::of_listener, "max_qos"},
    {"maximum_qos", &T::of_listener, "max_qos"},
    {"max_topic_alias", &T::of_listener, "max_topic_alias"},
    {"mount_point", &T::of_listener, "mount_point"},
    {"use_username_as_clientid", &T::unless_false, "a pattern line of the ACL file (%u) limits a user to its topics"},
    {"http_dir", &T::missing, "files are not served; let a web server do that"},
    {"websockets_headers_size", &T::unneeded, "the request of a WebSocket has a limit of its own"},
    {"websockets_log_level", &T::unneeded, our_log},
    {"websockets_origin", &T::of_listener, "origins"},
    // TLS of a listener
    {"cafile", &T::for_listener, "cafile"},
    {"capath", &T::missing, "put the certificates into one file, and name it with cafile"},
    {"certfile", &T::of_listener, "cert"},
    {"keyfile", &T::of_listener, "key"},
    {"crlfile", &T::of_listener, "crl"},
    {"ciphers", &T::of_listener, "ciphers"},
    {"ciphers_tls1.3", &T::of_listener, "cipher_suites"},
    {"dhparamfile", &T::unneeded, "keys are exchanged over elliptic curves"},
    {"require_certificate", &T::for_listener, "require_certificate"},
    {"use_identity_as_username", &T::for_listener, "use_identity_as_username"},
    {"use_subject_as_username", &T::for_listener, "use_subject_as_username"},
    {"tls_engine", &T::missing, "keys are read from files"},
    {"tls_engine_kpass_sha1", &T::missing, "keys are read from files"},
    {"tls_keyform", &T::missing, "keys are PEM files"},
    {"tls_version", &T::tls_version, ""},
    {"psk_hint", &T::of_listener, "psk_hint"},
    // limits
    {"max_inflight_messages", &T::limit, "max_inflight_messages"},
    {"max_inflight_bytes", &T::number, "max_inflight_bytes"},
    {"max_keepalive", &T::number, "max_keepalive"},
    {"max_packet_size", &T::limit, "max_packet_size"},
    {"max_queued_bytes", &T::limit, "max_queued_bytes"},
    {"max_queued_messages", &T::limit, "max_queued_messages"},
    {"memory_limit", &T::number, "memory_limit"},
    {"message_size_limit", &T::number, "message_size_limit"},
    {"persistent_client_expiration", &T::expiration, "max_session_expiry"},
    {"queue_qos0_messages", &T::unless_false, "QoS 0 messages are not queued for clients that are away"},
    {"retain_available", &T::choice, "retain_available"},
    {"upgrade_outgoing_qos", &T::flag, "upgrade_outgoing_qos"},
    {"check_retain_source", &T::choice, "check_retain_source"},
    {"allow_duplicate_messages", &T::duplicates, "overlapping_subscriptions"},
    {"sys_interval", &T::number, "sys_interval"},
    {"set_tcp_nodelay", &T::unneeded, "nothing waits for more to send"},
    // store, log, process
    {"persistence", &T::persistence, "data"},
    {"persistence_location", &T::persistence, "data"},
    {"persistence_file", &T::unneeded, "the store has a name of its own"},
    {"autosave_interval", &T::unneeded, at_once},
    {"autosave_on_changes", &T::unneeded, at_once},
    {"log_dest", &T::unneeded, our_log},
    {"log_facility", &T::unneeded, our_log},
    {"log_type", &T::unneeded, our_log},
    {"log_timestamp", &T::unneeded, our_log},
    {"log_timestamp_format", &T::unneeded, our_log},
    {"connection_messages", &T::unneeded, our_log},
    {"pid_file", &T::unneeded, "it runs in the foreground, under whatever starts it"},
    {"user", &T::unneeded, "it runs as the user who starts it"},
    // bridges
    {"connection", &T::missing, no_bridge},
    {"bridge_*", &T::missing, no_bridge},
    {"remote_*", &T::missing, no_bridge},
    {"local_*", &T::missing, no_bridge},
});

// The rest of what may stand below `connection`.
constexpr std::array<std::string_view, 16> of_bridges{"address",
                                                      "addresses",
                                                      "topic",
                                                      "cleansession",
                                                      "keepalive_interval",
                                                      "idle_timeout",
                                                      "notifications",
                                                      "notifications_local_only",
                                                      "notification_topic",
                                                      "restart_timeout",
                                                      "round_robin",
                                                      "start_type",
                                                      "threshold",
                                                      "try_private",
                                                      "clientid",
                                                      "username"};
constexpr MosquittoKey below_connection{"", &T::missing, no_bridge};

bool is_meant(const MosquittoKey& key, std::string_view name) {
    if (!key.name.ends_with('*')) return key.name == name;
    return name.starts_with(key.name.substr(0, key.name.size() - 1));
}

}  // namespace

const MosquittoKey* find_mosquitto_key(std::string_view name) {
    const auto* found = std::find_if(mosquitto_keys.begin(), mosquitto_keys.end(),
                                     [&](const auto& key) { return is_meant(key, name); });
    if (found != mosquitto_keys.end()) return found;
    const bool is_bridges = std::find(of_bridges.begin(), of_bridges.end(), name) != of_bridges.end();
    return is_bridges ? &below_connection : nullptr;
}

}  // namespace trunkline::broker
