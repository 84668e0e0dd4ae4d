// What a core may not see.
#include "broker/core/innocent.hpp"
#include "broker/net/listener.hpp"      // caught: layering
#include "broker/store/tables.hpp"      // caught: layering
#include "gateway/core/gateway.hpp"     // caught: layering
#include "innocent.hpp"                 // caught: layering
#include "protocol/base/instant.hpp"
#include "protocol/mqtt/packets.hpp"
#include "runtime/store/sqlite.hpp"     // caught: layering
#include "tests/support/builders.hpp"   // caught: layering
#include <boost/asio/ip/tcp.hpp>        // caught: system-include
#include <fstream>                      // caught: system-include
#include <mutex>                        // caught: system-include
#include <nlohmann/json.hpp>            // caught: system-include
#include <openssl/ssl.h>                // caught: system-include
#include <random>                       // caught: system-include
#include <span>
#include <sqlite3.h>                    // caught: system-include
#include <sys/socket.h>                 // caught: system-include
#include <unordered_map>
