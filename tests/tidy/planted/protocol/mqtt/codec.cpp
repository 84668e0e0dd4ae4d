#include "broker/core/innocent.hpp"    // caught: layering
#include "protocol/base/bytes.hpp"
#include "protocol/mqttsn/codec.hpp"   // caught: layering
#include <iostream>                    // caught: system-include
