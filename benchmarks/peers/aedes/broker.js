// aedes as its README starts it: one broker in memory behind one TCP port, which is the argument. Says "ready".
'use strict';

const aedes = require('aedes')({concurrency: 1000});
const server = require('node:net').createServer(aedes.handle);

server.listen(Number(process.argv[2]), '127.0.0.1', 1024, () => console.error('ready'));
