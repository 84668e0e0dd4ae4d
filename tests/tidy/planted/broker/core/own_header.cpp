#include <vector>  // caught: own-header

#include "broker/core/own_header.hpp"
