namespace trunkline::broker {

void tell(int code) {
    std::cerr << code;           // caught: forbidden-call
    std::printf("%d\n", code);   // caught: forbidden-call
    std::ostringstream text;     // caught: forbidden-call
}

}  // namespace trunkline::broker
