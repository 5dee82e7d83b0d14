// The types of a CommonJS program.
import imza = require('imza');
const signer: imza.dlga.Signer = new imza.dlga.Signer('id', 'secret');
signer.close();
