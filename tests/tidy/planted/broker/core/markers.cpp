int answer = 42;  // TODO: finish  caught: marker
int other = 43;   // FIXME(later)  caught: marker
int third = 44;   /* XXX           caught: marker
                     HACK          caught: marker */
int TODOS = 45;
