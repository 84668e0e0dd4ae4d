#pragma once
// The directory that a broker keeps to itself.

#include "runtime/store/data_directory.hpp"

namespace trunkline::broker {

using runtime::DataDirectory;

}  // namespace trunkline::broker
