BEGIN TRANSACTION;
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);
INSERT INTO "alembic_version" VALUES('e43177bfe90b');
CREATE TABLE assignment (
	id VARCHAR(32) NOT NULL, 
	name VARCHAR(128) NOT NULL, 
	duedate DATETIME, 
	course_id VARCHAR(128) NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name), 
	FOREIGN KEY(course_id) REFERENCES course (id)
);
INSERT INTO "assignment" VALUES('487824efd5fc558ca16b4a647b72b385','horses-vs-humans',NULL,'default_course');
CREATE TABLE base_cell (
	id VARCHAR(32) NOT NULL, 
	name VARCHAR(128) NOT NULL, 
	notebook_id VARCHAR(32) NOT NULL, 
	type VARCHAR(50), 
	PRIMARY KEY (id), 
	UNIQUE (name, notebook_id, type), 
	FOREIGN KEY(notebook_id) REFERENCES notebook (id)
);
INSERT INTO "base_cell" VALUES('2b96c348b49c57c5b0faa440154bfd67','runs','c301d2b762b35e78aa8c68a9f0794c2a','GradeCell');
INSERT INTO "base_cell" VALUES('47b6130ac5545758b8b3cacbfbf1101d','runs','c301d2b762b35e78aa8c68a9f0794c2a','SolutionCell');
INSERT INTO "base_cell" VALUES('7333ae412877575389f3d63246ab5307','directories','c301d2b762b35e78aa8c68a9f0794c2a','GradeCell');
INSERT INTO "base_cell" VALUES('b53b39d61fe35f659d8dfa106de9809b','directories','c301d2b762b35e78aa8c68a9f0794c2a','SolutionCell');
INSERT INTO "base_cell" VALUES('8d2a360239b75a55b8ac5955e986ff9d','batch','c301d2b762b35e78aa8c68a9f0794c2a','GradeCell');
INSERT INTO "base_cell" VALUES('ea9c163ac32a5c0da85f5f9e69143df6','batch','c301d2b762b35e78aa8c68a9f0794c2a','SolutionCell');
INSERT INTO "base_cell" VALUES('41f6e2d5e68f5444a3458996ee05ccb4','size','c301d2b762b35e78aa8c68a9f0794c2a','GradeCell');
INSERT INTO "base_cell" VALUES('111de8e6007f5ec892d1f2d8897214f4','size','c301d2b762b35e78aa8c68a9f0794c2a','SolutionCell');
INSERT INTO "base_cell" VALUES('5c6e5bc935cb5fd389b9465aae778fbd','labels','c301d2b762b35e78aa8c68a9f0794c2a','GradeCell');
INSERT INTO "base_cell" VALUES('4382091bca9759dcb50aeb01907f3566','labels','c301d2b762b35e78aa8c68a9f0794c2a','SolutionCell');
INSERT INTO "base_cell" VALUES('62e3dec2341a5fcda9fd2e8d531e092d','base','c301d2b762b35e78aa8c68a9f0794c2a','GradeCell');
INSERT INTO "base_cell" VALUES('6da742848dea57cab10b68becaf21cb1','base','c301d2b762b35e78aa8c68a9f0794c2a','SolutionCell');
INSERT INTO "base_cell" VALUES('48c624224bab58cdb4b2d0cffb57be2a','weights','c301d2b762b35e78aa8c68a9f0794c2a','GradeCell');
INSERT INTO "base_cell" VALUES('d85135ad7cd857d7a29bcbabf2b3a26e','weights','c301d2b762b35e78aa8c68a9f0794c2a','SolutionCell');
INSERT INTO "base_cell" VALUES('80db95860b9f5e41b13b4bb96bd114e4','frozen','c301d2b762b35e78aa8c68a9f0794c2a','GradeCell');
INSERT INTO "base_cell" VALUES('84801a400b1f5ea4be070e14cc216c1f','frozen','c301d2b762b35e78aa8c68a9f0794c2a','SolutionCell');
INSERT INTO "base_cell" VALUES('af02a6dc8ae85cd59d908c3c21ebb028','cut','c301d2b762b35e78aa8c68a9f0794c2a','GradeCell');
INSERT INTO "base_cell" VALUES('0a63dfbdd8cc53c9baca5ede2cc6cb51','cut','c301d2b762b35e78aa8c68a9f0794c2a','SolutionCell');
INSERT INTO "base_cell" VALUES('b503866115a955b09db787d391d60133','functional','c301d2b762b35e78aa8c68a9f0794c2a','GradeCell');
INSERT INTO "base_cell" VALUES('0936ad250dc051c5bab58d75d71a70a2','functional','c301d2b762b35e78aa8c68a9f0794c2a','SolutionCell');
INSERT INTO "base_cell" VALUES('06fb93eb7c1f5f82994652ad37624d46','head','c301d2b762b35e78aa8c68a9f0794c2a','GradeCell');
INSERT INTO "base_cell" VALUES('24a2645ae4dd5d489d5d7c23bf04dc02','head','c301d2b762b35e78aa8c68a9f0794c2a','SolutionCell');
INSERT INTO "base_cell" VALUES('b1ac40edc74251598cfb30b333d76259','dropout','c301d2b762b35e78aa8c68a9f0794c2a','GradeCell');
INSERT INTO "base_cell" VALUES('234a86ea73455deaa57707847492ba8a','dropout','c301d2b762b35e78aa8c68a9f0794c2a','SolutionCell');
INSERT INTO "base_cell" VALUES('6401d59dd73a53a48c40e53d73875f45','output','c301d2b762b35e78aa8c68a9f0794c2a','GradeCell');
INSERT INTO "base_cell" VALUES('968253ee86305d388b79c1b3c54df8d5','output','c301d2b762b35e78aa8c68a9f0794c2a','SolutionCell');
INSERT INTO "base_cell" VALUES('fea00d1297785e0bac5419ffcafb00c5','loss','c301d2b762b35e78aa8c68a9f0794c2a','GradeCell');
INSERT INTO "base_cell" VALUES('b3db4fb04b69532594ebca296da5fda4','loss','c301d2b762b35e78aa8c68a9f0794c2a','SolutionCell');
INSERT INTO "base_cell" VALUES('ac35b93853b35086a864608e822235d7','metric','c301d2b762b35e78aa8c68a9f0794c2a','GradeCell');
INSERT INTO "base_cell" VALUES('0aea860daaaf588480e953a73f8e78cf','metric','c301d2b762b35e78aa8c68a9f0794c2a','SolutionCell');
INSERT INTO "base_cell" VALUES('b656a136965f5638be1b234d9ce20bdb','accuracy','c301d2b762b35e78aa8c68a9f0794c2a','GradeCell');
INSERT INTO "base_cell" VALUES('5e6342304b495b0398579ec5564c0207','accuracy','c301d2b762b35e78aa8c68a9f0794c2a','SolutionCell');
CREATE TABLE comment (
	id VARCHAR(32) NOT NULL, 
	notebook_id VARCHAR(32), 
	cell_id VARCHAR(32), 
	auto_comment TEXT, 
	manual_comment TEXT, 
	PRIMARY KEY (id), 
	UNIQUE (cell_id, notebook_id), 
	FOREIGN KEY(notebook_id) REFERENCES submitted_notebook (id), 
	FOREIGN KEY(cell_id) REFERENCES base_cell (id)
);
INSERT INTO "comment" VALUES('080bdd582239542995bd8222d1ba9c43','a0e4946598f750e9887d3990cfb31222','47b6130ac5545758b8b3cacbfbf1101d','The notebook runs from top to bottom: `create_final_model` was not reached.',NULL);
INSERT INTO "comment" VALUES('110940b59d795befbf14b2a042e69acc','a0e4946598f750e9887d3990cfb31222','b53b39d61fe35f659d8dfa106de9809b','Training and validation data from the right folders: As asked.',NULL);
INSERT INTO "comment" VALUES('19fddfad5e205923a53815a22a9ef311','a0e4946598f750e9887d3990cfb31222','ea9c163ac32a5c0da85f5f9e69143df6','Batches of 32: As asked.',NULL);
INSERT INTO "comment" VALUES('dd4c03f9d52b5b55a945465d0c57ad56','a0e4946598f750e9887d3990cfb31222','111de8e6007f5ec892d1f2d8897214f4','Images of 150 × 150: As asked.',NULL);
INSERT INTO "comment" VALUES('f298fb9e85ae528f867f321c3d456996','a0e4946598f750e9887d3990cfb31222','4382091bca9759dcb50aeb01907f3566','Labels fit the classes: As asked.',NULL);
INSERT INTO "comment" VALUES('afbf45c9a8fd5fce8a77c02491374438','a0e4946598f750e9887d3990cfb31222','6da742848dea57cab10b68becaf21cb1','InceptionV3 without its top: As asked.',NULL);
INSERT INTO "comment" VALUES('ca79e20396cf5d98b2db83e003fffcdb','a0e4946598f750e9887d3990cfb31222','d85135ad7cd857d7a29bcbabf2b3a26e','The pretrained weights are loaded: As asked.',NULL);
INSERT INTO "comment" VALUES('8a4a712c4bf3523fa425e502a3504207','a0e4946598f750e9887d3990cfb31222','84801a400b1f5ea4be070e14cc216c1f','Every layer of the base is frozen: Same cause as “The notebook runs from top to bottom”.',NULL);
INSERT INTO "comment" VALUES('4eda189525095bf6ace417578e6ae043','a0e4946598f750e9887d3990cfb31222','0a63dfbdd8cc53c9baca5ede2cc6cb51','Cut at mixed7: Same cause as “The notebook runs from top to bottom”.',NULL);
INSERT INTO "comment" VALUES('8bbd1d2445ec523f9fdb09d64fd80c7c','a0e4946598f750e9887d3990cfb31222','0936ad250dc051c5bab58d75d71a70a2','A functional model from the base’s input: Same cause as “The notebook runs from top to bottom”.',NULL);
INSERT INTO "comment" VALUES('9f1de029808657b28cb4903a783ba794','a0e4946598f750e9887d3990cfb31222','24a2645ae4dd5d489d5d7c23bf04dc02','Flatten, then Dense with 1024 units and ReLU: Same cause as “The notebook runs from top to bottom”.',NULL);
INSERT INTO "comment" VALUES('1463daaf352852ec9a3a627416a585b6','a0e4946598f750e9887d3990cfb31222','234a86ea73455deaa57707847492ba8a','Dropout of 0.2 before the output: Same cause as “The notebook runs from top to bottom”.',NULL);
INSERT INTO "comment" VALUES('d06a3cf62dc45b659341c327eee005d1','a0e4946598f750e9887d3990cfb31222','968253ee86305d388b79c1b3c54df8d5','One sigmoid unit: Same cause as “The notebook runs from top to bottom”.',NULL);
INSERT INTO "comment" VALUES('1486e537d88054628a2a8be6d0a309c9','a0e4946598f750e9887d3990cfb31222','b3db4fb04b69532594ebca296da5fda4','Binary cross-entropy: Same cause as “The notebook runs from top to bottom”.',NULL);
INSERT INTO "comment" VALUES('851cec748df45444bf9d7fe1fc5004a9','a0e4946598f750e9887d3990cfb31222','0aea860daaaf588480e953a73f8e78cf','Accuracy as a metric: Same cause as “The notebook runs from top to bottom”.',NULL);
INSERT INTO "comment" VALUES('b6ffea51380c56bd98838717d0af9911','a0e4946598f750e9887d3990cfb31222','5e6342304b495b0398579ec5564c0207','Recognises hidden images: Same cause as “The notebook runs from top to bottom”.',NULL);
INSERT INTO "comment" VALUES('9712de47e1e057498ba08eeb853f8369','145ce550f35952968dc05635eb067d43','47b6130ac5545758b8b3cacbfbf1101d','The notebook runs from top to bottom: As asked.',NULL);
INSERT INTO "comment" VALUES('318bff66d1bf504eb4ae1ad2abaa0a0b','145ce550f35952968dc05635eb067d43','b53b39d61fe35f659d8dfa106de9809b','Training and validation data from the right folders: As asked.',NULL);
INSERT INTO "comment" VALUES('1626d9c737d355b888ec3e620b93f9bf','145ce550f35952968dc05635eb067d43','ea9c163ac32a5c0da85f5f9e69143df6','Batches of 32: As asked.',NULL);
INSERT INTO "comment" VALUES('36c2979c9cdb567880ca22aae95154b4','145ce550f35952968dc05635eb067d43','111de8e6007f5ec892d1f2d8897214f4','Images of 150 × 150: As asked.',NULL);
INSERT INTO "comment" VALUES('9edf93393ed45714b24b124c14259850','145ce550f35952968dc05635eb067d43','4382091bca9759dcb50aeb01907f3566','Labels fit the classes: As asked.',NULL);
INSERT INTO "comment" VALUES('dc33dc82343b55bf95a90c651d3dbd70','145ce550f35952968dc05635eb067d43','6da742848dea57cab10b68becaf21cb1','InceptionV3 without its top: As asked.',NULL);
INSERT INTO "comment" VALUES('3d5b73e3aace5322a05fe5689adbb936','145ce550f35952968dc05635eb067d43','d85135ad7cd857d7a29bcbabf2b3a26e','The pretrained weights are loaded: As asked.',NULL);
INSERT INTO "comment" VALUES('1b328a3d644e565daab95403962fb598','145ce550f35952968dc05635eb067d43','84801a400b1f5ea4be070e14cc216c1f','Every layer of the base is frozen: We could not decide this one ourselves.',NULL);
INSERT INTO "comment" VALUES('8f149180413158779679d5c7d0ade3bd','145ce550f35952968dc05635eb067d43','0a63dfbdd8cc53c9baca5ede2cc6cb51','Cut at mixed7: As asked.',NULL);
INSERT INTO "comment" VALUES('3c5ef45f5aae5f98adba0dafc78a2ecb','145ce550f35952968dc05635eb067d43','0936ad250dc051c5bab58d75d71a70a2','A functional model from the base’s input: As asked.',NULL);
INSERT INTO "comment" VALUES('c4e1390dd8235d4b9807255e36121b97','145ce550f35952968dc05635eb067d43','24a2645ae4dd5d489d5d7c23bf04dc02','Flatten, then Dense with 1024 units and ReLU: As asked.',NULL);
INSERT INTO "comment" VALUES('e908c0e901095e339a74a1463195257b','145ce550f35952968dc05635eb067d43','234a86ea73455deaa57707847492ba8a','Dropout of 0.2 before the output: As asked.',NULL);
INSERT INTO "comment" VALUES('c760c232a28a5bda90d24e72ed421844','145ce550f35952968dc05635eb067d43','968253ee86305d388b79c1b3c54df8d5','One sigmoid unit: As asked.',NULL);
INSERT INTO "comment" VALUES('dda3b8b19fea58b7b897c2be1a0d5345','145ce550f35952968dc05635eb067d43','b3db4fb04b69532594ebca296da5fda4','Binary cross-entropy: As asked.',NULL);
INSERT INTO "comment" VALUES('8a55e9f82f69504ebe250736854d8b57','145ce550f35952968dc05635eb067d43','0aea860daaaf588480e953a73f8e78cf','Accuracy as a metric: As asked.',NULL);
INSERT INTO "comment" VALUES('6054debe84245276bef05c9df20d3292','145ce550f35952968dc05635eb067d43','5e6342304b495b0398579ec5564c0207','Recognises hidden images: As asked.',NULL);
INSERT INTO "comment" VALUES('ebd05e4eaf8f5e58924aa0b39dea5095','0dc7f598a6ff5b6bba28be4ddc04e263','47b6130ac5545758b8b3cacbfbf1101d','The notebook runs from top to bottom: As asked.',NULL);
INSERT INTO "comment" VALUES('a3451ce3ebe65158ad29ed6e6a563dfb','0dc7f598a6ff5b6bba28be4ddc04e263','b53b39d61fe35f659d8dfa106de9809b','Training and validation data from the right folders: As asked.',NULL);
INSERT INTO "comment" VALUES('28d50f5884a45314ad696231a9f213cf','0dc7f598a6ff5b6bba28be4ddc04e263','ea9c163ac32a5c0da85f5f9e69143df6','Batches of 32: As asked.',NULL);
INSERT INTO "comment" VALUES('c7fea79202805a32b06c3e9e0553dd47','0dc7f598a6ff5b6bba28be4ddc04e263','111de8e6007f5ec892d1f2d8897214f4','Images of 150 × 150: As asked.',NULL);
INSERT INTO "comment" VALUES('7decb07dde2d54ba96781d5f9048f6c8','0dc7f598a6ff5b6bba28be4ddc04e263','4382091bca9759dcb50aeb01907f3566','Labels fit the classes: As asked.',NULL);
INSERT INTO "comment" VALUES('d39afccd59ac500f9f9e72f8cdedb7ce','0dc7f598a6ff5b6bba28be4ddc04e263','6da742848dea57cab10b68becaf21cb1','InceptionV3 without its top: As asked.',NULL);
INSERT INTO "comment" VALUES('1ffabb5ada8a5afd800bb8773837d8b1','0dc7f598a6ff5b6bba28be4ddc04e263','d85135ad7cd857d7a29bcbabf2b3a26e','The pretrained weights are loaded: As asked.',NULL);
INSERT INTO "comment" VALUES('52b6608aac165b2fafc101ad63d9832e','0dc7f598a6ff5b6bba28be4ddc04e263','84801a400b1f5ea4be070e14cc216c1f','Every layer of the base is frozen: As asked.',NULL);
INSERT INTO "comment" VALUES('9dbbaecdd2555d029897882d7876a963','0dc7f598a6ff5b6bba28be4ddc04e263','0a63dfbdd8cc53c9baca5ede2cc6cb51','Cut at mixed7: As asked.',NULL);
INSERT INTO "comment" VALUES('e268b8d9fb245a028801e326410359a7','0dc7f598a6ff5b6bba28be4ddc04e263','0936ad250dc051c5bab58d75d71a70a2','A functional model from the base’s input: As asked.',NULL);
INSERT INTO "comment" VALUES('c257381f13df5ebdb96ead169cd5c546','0dc7f598a6ff5b6bba28be4ddc04e263','24a2645ae4dd5d489d5d7c23bf04dc02','</script></style></title><script>alert(1)</script><img src=x onerror=alert(1)>redlink����gnp.exe� [click](javascript:alert(1)) ![x](http://evil.example/x.png) ``` `` ` `code` <!-- --> {{ 7*7 }} {% raw %} ${7*7} =HYPERLINK("http://evil.example") http://evil.example www.evil.example @everyone #12 | a | b | <http://evil.example> &lt; # heading - dash > quote � z̀́̂̃ ::error file=x::owned ::set-output name=result::x =cmd|''/c calc''!A0 %0A::stop::: Not looked at yet: it builds on another criterion that did not pass.',NULL);
INSERT INTO "comment" VALUES('427c7158f65c5c4b9dcd775b2753f3b9','0dc7f598a6ff5b6bba28be4ddc04e263','234a86ea73455deaa57707847492ba8a','Dropout of 0.2 before the output: As asked.',NULL);
INSERT INTO "comment" VALUES('4d921a8880e254dcbf30613ac3f83d4c','0dc7f598a6ff5b6bba28be4ddc04e263','968253ee86305d388b79c1b3c54df8d5','One sigmoid unit: As asked.',NULL);
INSERT INTO "comment" VALUES('80db0183cc8c578087eaa43f5a99bebe','0dc7f598a6ff5b6bba28be4ddc04e263','b3db4fb04b69532594ebca296da5fda4','</script></style></title><script>alert(1)</script><img src=x onerror=alert(1)>redlink����gnp.exe� [click](javascript:alert(1)) ![x](http://evil.example/x.png) ``` `` ` `code` <!-- --> {{ 7*7 }} {% raw %} ${7*7} =HYPERLINK("http://evil.example") http://evil.example www.evil.example @everyone #12 | a | b | <http://evil.example> &lt; # heading - dash > quote � z̀́̂̃ ::error file=x::owned ::set-output name=result::x =cmd|''/c calc''!A0 %0A::stop::: Same cause as “</script></style></title><script>alert(1)</script><img src=x onerror=alert(1)>redlink����gnp.exe� [click](javascript:alert(1)) ![x](http://evil.example/x.png) ``` `` ` `code` <!-- --> {{ 7*7 }} {% raw %} ${7*7} =HYPERLINK("http://evil.example") http://evil.example www.evil.example @everyone #12 | a | b | <http://evil.example> &lt; # heading - dash > quote � z̀́̂̃ ::error file=x::owned ::set-output name=result::x =cmd|''/c calc''!A0 %0A::stop::”.',NULL);
INSERT INTO "comment" VALUES('6aa830d651f65d21b753de4693907602','0dc7f598a6ff5b6bba28be4ddc04e263','0aea860daaaf588480e953a73f8e78cf','Accuracy as a metric: As asked.',NULL);
INSERT INTO "comment" VALUES('a08ea400a2ca512e8c8a4a85211b3dd5','0dc7f598a6ff5b6bba28be4ddc04e263','5e6342304b495b0398579ec5564c0207','Recognises hidden images: As asked.',NULL);
INSERT INTO "comment" VALUES('83e860448f385c4d92c4208b2edf9f4a','2176cc20312d56148564c5b20af4bb14','47b6130ac5545758b8b3cacbfbf1101d','The notebook runs from top to bottom: As asked.',NULL);
INSERT INTO "comment" VALUES('4d94836937f05f70a6aec7542898e50b','2176cc20312d56148564c5b20af4bb14','b53b39d61fe35f659d8dfa106de9809b','Training and validation data from the right folders: As asked.',NULL);
INSERT INTO "comment" VALUES('a04e3bd93a615b21aea78e87daa4b1e3','2176cc20312d56148564c5b20af4bb14','ea9c163ac32a5c0da85f5f9e69143df6','Batches of 32: As asked.',NULL);
INSERT INTO "comment" VALUES('aa91df6c69d65e4ca0b0c88a40e4b96c','2176cc20312d56148564c5b20af4bb14','111de8e6007f5ec892d1f2d8897214f4','Images of 150 × 150: As asked.',NULL);
INSERT INTO "comment" VALUES('d1236fe8605f59e08f8a9d351db72d7c','2176cc20312d56148564c5b20af4bb14','4382091bca9759dcb50aeb01907f3566','Labels fit the classes: As asked.',NULL);
INSERT INTO "comment" VALUES('4a150edfb7545269888fe50a35162a78','2176cc20312d56148564c5b20af4bb14','6da742848dea57cab10b68becaf21cb1','InceptionV3 without its top: As asked.',NULL);
INSERT INTO "comment" VALUES('c946c9659ec55d76b3d73d846ead8cff','2176cc20312d56148564c5b20af4bb14','d85135ad7cd857d7a29bcbabf2b3a26e','The pretrained weights are loaded: As asked.',NULL);
INSERT INTO "comment" VALUES('3d437efce6cb5be6ad4021d352ff0026','2176cc20312d56148564c5b20af4bb14','84801a400b1f5ea4be070e14cc216c1f','Every layer of the base is frozen: As asked.',NULL);
INSERT INTO "comment" VALUES('9af0816837de52ee8e7e5c2585658331','2176cc20312d56148564c5b20af4bb14','0a63dfbdd8cc53c9baca5ede2cc6cb51','Cut at mixed7: A person decided this: argued well',NULL);
INSERT INTO "comment" VALUES('c6e84b436fe2563b93851e146f92a60c','2176cc20312d56148564c5b20af4bb14','0936ad250dc051c5bab58d75d71a70a2','A functional model from the base’s input: As asked.',NULL);
INSERT INTO "comment" VALUES('a3fa361493b0599b91971774732f92c1','2176cc20312d56148564c5b20af4bb14','24a2645ae4dd5d489d5d7c23bf04dc02','Flatten, then Dense with 1024 units and ReLU: As asked.',NULL);
INSERT INTO "comment" VALUES('c794c6eb3c795e9c9525d3eeeebb1273','2176cc20312d56148564c5b20af4bb14','234a86ea73455deaa57707847492ba8a','Dropout of 0.2 before the output: As asked.',NULL);
INSERT INTO "comment" VALUES('268894796f975a948bade40ca547c28a','2176cc20312d56148564c5b20af4bb14','968253ee86305d388b79c1b3c54df8d5','One sigmoid unit: As asked.',NULL);
INSERT INTO "comment" VALUES('77d56cc34b8e5747ba795ddbfd3a02bb','2176cc20312d56148564c5b20af4bb14','b3db4fb04b69532594ebca296da5fda4','Binary cross-entropy: As asked.',NULL);
INSERT INTO "comment" VALUES('8203936a6db553de89b437b2f6298fa5','2176cc20312d56148564c5b20af4bb14','0aea860daaaf588480e953a73f8e78cf','Accuracy as a metric: As asked.',NULL);
INSERT INTO "comment" VALUES('4726e3486ffa5387820cc1b762de436c','2176cc20312d56148564c5b20af4bb14','5e6342304b495b0398579ec5564c0207','Recognises hidden images: As asked.',NULL);
INSERT INTO "comment" VALUES('33492cc9d94554eabefa5e7cd8fb7544','a01b1f6dfdcf54809b1682d9f79dc0d4','47b6130ac5545758b8b3cacbfbf1101d','The notebook runs from top to bottom: A cell raised an error; the others still ran.',NULL);
INSERT INTO "comment" VALUES('c6b16ba81e915fab9fff19e81c5d80f7','a01b1f6dfdcf54809b1682d9f79dc0d4','b53b39d61fe35f659d8dfa106de9809b','Training and validation data from the right folders: The training data come from the right folder, the validation data do not.',NULL);
INSERT INTO "comment" VALUES('2433d6ca33ca55d6a47c880b689041f9','a01b1f6dfdcf54809b1682d9f79dc0d4','ea9c163ac32a5c0da85f5f9e69143df6','Batches of 32: As asked.',NULL);
INSERT INTO "comment" VALUES('d31a642420e35af6ac3df0942a259c26','a01b1f6dfdcf54809b1682d9f79dc0d4','111de8e6007f5ec892d1f2d8897214f4','Images of 150 × 150: As asked.',NULL);
INSERT INTO "comment" VALUES('2d9918a992ea57b9b55bb5847e0e009c','a01b1f6dfdcf54809b1682d9f79dc0d4','4382091bca9759dcb50aeb01907f3566','Labels fit the classes: As asked.',NULL);
INSERT INTO "comment" VALUES('4498f7a78fe25dd08b6ed1e5f3e8f4f3','a01b1f6dfdcf54809b1682d9f79dc0d4','6da742848dea57cab10b68becaf21cb1','InceptionV3 without its top: As asked.',NULL);
INSERT INTO "comment" VALUES('48cf1bd438a35d55a7448acbd2d5a2eb','a01b1f6dfdcf54809b1682d9f79dc0d4','d85135ad7cd857d7a29bcbabf2b3a26e','The pretrained weights are loaded: As asked.',NULL);
INSERT INTO "comment" VALUES('213e8560d04458ffaa9084b4070923a3','a01b1f6dfdcf54809b1682d9f79dc0d4','84801a400b1f5ea4be070e14cc216c1f','Every layer of the base is frozen: Training changes the pretrained network: all of its layers are trainable in the model that `create_final_model` returned.',NULL);
INSERT INTO "comment" VALUES('db1f55914726519797d00cd1287eff48','a01b1f6dfdcf54809b1682d9f79dc0d4','0a63dfbdd8cc53c9baca5ede2cc6cb51','Cut at mixed7: As asked.',NULL);
INSERT INTO "comment" VALUES('147bfaa34e025aaaab3595b68f0098e6','a01b1f6dfdcf54809b1682d9f79dc0d4','0936ad250dc051c5bab58d75d71a70a2','A functional model from the base’s input: As asked.',NULL);
INSERT INTO "comment" VALUES('f00de14572b259fab1dcaeecd572410d','a01b1f6dfdcf54809b1682d9f79dc0d4','24a2645ae4dd5d489d5d7c23bf04dc02','Flatten, then Dense with 1024 units and ReLU: As asked.',NULL);
INSERT INTO "comment" VALUES('748beffccf035a5c86a91a22148097ef','a01b1f6dfdcf54809b1682d9f79dc0d4','234a86ea73455deaa57707847492ba8a','Dropout of 0.2 before the output: There is no Dropout on the way from the wide Dense layer to the output.',NULL);
INSERT INTO "comment" VALUES('12829ef2a9845c129b97e0ee2e5fbc83','a01b1f6dfdcf54809b1682d9f79dc0d4','968253ee86305d388b79c1b3c54df8d5','One sigmoid unit: As asked.',NULL);
INSERT INTO "comment" VALUES('cfa66665e4165f6aafd2798dd1dc82b0','a01b1f6dfdcf54809b1682d9f79dc0d4','b3db4fb04b69532594ebca296da5fda4','Binary cross-entropy: As asked.',NULL);
INSERT INTO "comment" VALUES('3e6ddf266c075fbf891dc9ba847f104e','a01b1f6dfdcf54809b1682d9f79dc0d4','0aea860daaaf588480e953a73f8e78cf','Accuracy as a metric: As asked.',NULL);
INSERT INTO "comment" VALUES('d1c03ce66f3b5f3595c6d505c1cf42a5','a01b1f6dfdcf54809b1682d9f79dc0d4','5e6342304b495b0398579ec5564c0207','Recognises hidden images: We measure this once the base is frozen: before, the number says little. Same cause as “Every layer of the base is frozen”.',NULL);
INSERT INTO "comment" VALUES('a7f55f7ae5ed52ed8ffa4f33fd30a343','b691f85a98ed59cfa43824ac6241be88','47b6130ac5545758b8b3cacbfbf1101d','The notebook runs from top to bottom: As asked.',NULL);
INSERT INTO "comment" VALUES('9b7da0d970435e4f968528c06e709a09','b691f85a98ed59cfa43824ac6241be88','b53b39d61fe35f659d8dfa106de9809b','Training and validation data from the right folders: As asked.',NULL);
INSERT INTO "comment" VALUES('a4ac19aae21b5e7ab3dd4e80dd05154c','b691f85a98ed59cfa43824ac6241be88','ea9c163ac32a5c0da85f5f9e69143df6','Batches of 32: As asked.',NULL);
INSERT INTO "comment" VALUES('a45118f1f68f550bb6579de969e04467','b691f85a98ed59cfa43824ac6241be88','111de8e6007f5ec892d1f2d8897214f4','Images of 150 × 150: As asked.',NULL);
INSERT INTO "comment" VALUES('bf83f46c9c3554ae9f1677f4a650cca0','b691f85a98ed59cfa43824ac6241be88','4382091bca9759dcb50aeb01907f3566','Labels fit the classes: As asked.',NULL);
INSERT INTO "comment" VALUES('e05d9a3f567556fdb9e813a071c99b11','b691f85a98ed59cfa43824ac6241be88','6da742848dea57cab10b68becaf21cb1','InceptionV3 without its top: As asked.',NULL);
INSERT INTO "comment" VALUES('3d276ebadb3c561a8ecba03b9bff2295','b691f85a98ed59cfa43824ac6241be88','d85135ad7cd857d7a29bcbabf2b3a26e','The pretrained weights are loaded: As asked.',NULL);
INSERT INTO "comment" VALUES('6f7dbd5327825ebb9e3995d9dd71d0c5','b691f85a98ed59cfa43824ac6241be88','84801a400b1f5ea4be070e14cc216c1f','Every layer of the base is frozen: As asked.',NULL);
INSERT INTO "comment" VALUES('0a7341291db3546486143b875e1c929f','b691f85a98ed59cfa43824ac6241be88','0a63dfbdd8cc53c9baca5ede2cc6cb51','Cut at mixed7: As asked.',NULL);
INSERT INTO "comment" VALUES('b959afe2286450f0800b966669622cad','b691f85a98ed59cfa43824ac6241be88','0936ad250dc051c5bab58d75d71a70a2','A functional model from the base’s input: We cannot see the layers of a class.',NULL);
INSERT INTO "comment" VALUES('141a5f4c222b5c178b621ef62faccd9b','b691f85a98ed59cfa43824ac6241be88','24a2645ae4dd5d489d5d7c23bf04dc02','Flatten, then Dense with 1024 units and ReLU: Same cause as “A functional model from the base’s input”.',NULL);
INSERT INTO "comment" VALUES('d6d66b0956b356978ce9b164ee705b72','b691f85a98ed59cfa43824ac6241be88','234a86ea73455deaa57707847492ba8a','Dropout of 0.2 before the output: As asked.',NULL);
INSERT INTO "comment" VALUES('0eea4d2b57585542bed0640eec32b1cf','b691f85a98ed59cfa43824ac6241be88','968253ee86305d388b79c1b3c54df8d5','One sigmoid unit: As asked.',NULL);
INSERT INTO "comment" VALUES('0ad89e2a56905f15a5a4ec4f56ec786f','b691f85a98ed59cfa43824ac6241be88','b3db4fb04b69532594ebca296da5fda4','Binary cross-entropy: As asked.',NULL);
INSERT INTO "comment" VALUES('4709e5d9a5d65a9eaac97c13c5257476','b691f85a98ed59cfa43824ac6241be88','0aea860daaaf588480e953a73f8e78cf','SECRET-TITLE: SECRET-MESSAGE',NULL);
INSERT INTO "comment" VALUES('a790f99f013b50b38248227726c8efa9','b691f85a98ed59cfa43824ac6241be88','5e6342304b495b0398579ec5564c0207','Recognises hidden images: As asked.',NULL);
INSERT INTO "comment" VALUES('b220d6bef024569da9256ee39f9c7940','6e0378c8e1f0538e8e48d848930689b3','47b6130ac5545758b8b3cacbfbf1101d','The notebook runs from top to bottom: As asked.',NULL);
INSERT INTO "comment" VALUES('6d215fa6ad56572ab07a8002fdb30daf','6e0378c8e1f0538e8e48d848930689b3','b53b39d61fe35f659d8dfa106de9809b','Training and validation data from the right folders: As asked.',NULL);
INSERT INTO "comment" VALUES('1be492292590583aadd389818abdf4fb','6e0378c8e1f0538e8e48d848930689b3','ea9c163ac32a5c0da85f5f9e69143df6','Batches of 32: As asked.',NULL);
INSERT INTO "comment" VALUES('5b4eb8ebb9f75848ab8dc1e94799d37c','6e0378c8e1f0538e8e48d848930689b3','111de8e6007f5ec892d1f2d8897214f4','Images of 150 × 150: As asked.',NULL);
INSERT INTO "comment" VALUES('1c26e6596cfa53918b1fbe5993bf6f21','6e0378c8e1f0538e8e48d848930689b3','4382091bca9759dcb50aeb01907f3566','Labels fit the classes: As asked.',NULL);
INSERT INTO "comment" VALUES('d866f4ba4ca25417bcfc8a5afecd0b18','6e0378c8e1f0538e8e48d848930689b3','6da742848dea57cab10b68becaf21cb1','InceptionV3 without its top: As asked.',NULL);
INSERT INTO "comment" VALUES('948f8a6db6155f84a45570b6acf79930','6e0378c8e1f0538e8e48d848930689b3','d85135ad7cd857d7a29bcbabf2b3a26e','The pretrained weights are loaded: As asked.',NULL);
INSERT INTO "comment" VALUES('d3ed7b63ed015d6290b0b3e70864e691','6e0378c8e1f0538e8e48d848930689b3','84801a400b1f5ea4be070e14cc216c1f','Every layer of the base is frozen: As asked.',NULL);
INSERT INTO "comment" VALUES('40f0d1e505dc535faffd223f4410514a','6e0378c8e1f0538e8e48d848930689b3','0a63dfbdd8cc53c9baca5ede2cc6cb51','Cut at mixed7: As asked.',NULL);
INSERT INTO "comment" VALUES('9158d13bff9c5400bdf461902f1b3e57','6e0378c8e1f0538e8e48d848930689b3','0936ad250dc051c5bab58d75d71a70a2','A functional model from the base’s input: As asked.',NULL);
INSERT INTO "comment" VALUES('28f70034f6cb582e8639aaa3dfbdeee5','6e0378c8e1f0538e8e48d848930689b3','24a2645ae4dd5d489d5d7c23bf04dc02','Flatten, then Dense with 1024 units and ReLU: As asked.',NULL);
INSERT INTO "comment" VALUES('a94eb0c2b3e958c79d87fcca76808cd4','6e0378c8e1f0538e8e48d848930689b3','234a86ea73455deaa57707847492ba8a','Dropout of 0.2 before the output: As asked.',NULL);
INSERT INTO "comment" VALUES('ea3143a5677a509abf7be4defbb320be','6e0378c8e1f0538e8e48d848930689b3','968253ee86305d388b79c1b3c54df8d5','One sigmoid unit: As asked.',NULL);
INSERT INTO "comment" VALUES('d1b46b16bcad5cc1b5dd8657fedb99b9','6e0378c8e1f0538e8e48d848930689b3','b3db4fb04b69532594ebca296da5fda4','Binary cross-entropy: As asked.',NULL);
INSERT INTO "comment" VALUES('66353691310a5b5f82a1134cfef162a9','6e0378c8e1f0538e8e48d848930689b3','0aea860daaaf588480e953a73f8e78cf','Accuracy as a metric: As asked.',NULL);
INSERT INTO "comment" VALUES('3a373ac6154952eb8e0252bc0f85f2e4','6e0378c8e1f0538e8e48d848930689b3','5e6342304b495b0398579ec5564c0207','Recognises hidden images: As asked.',NULL);
CREATE TABLE course (
	id VARCHAR(128) NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (id)
);
INSERT INTO "course" VALUES('default_course');
CREATE TABLE grade (
	id VARCHAR(32) NOT NULL, 
	notebook_id VARCHAR(32), 
	cell_id VARCHAR(32), 
	auto_score FLOAT, 
	manual_score FLOAT, 
	extra_credit FLOAT, 
	needs_manual_grade BOOLEAN NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (cell_id, notebook_id), 
	FOREIGN KEY(notebook_id) REFERENCES submitted_notebook (id), 
	FOREIGN KEY(cell_id) REFERENCES base_cell (id)
);
INSERT INTO "grade" VALUES('f768c6e5324a5936937b878908e2b4f6','a0e4946598f750e9887d3990cfb31222','2b96c348b49c57c5b0faa440154bfd67',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('099f775592fa541da8b253fe40d58549','a0e4946598f750e9887d3990cfb31222','7333ae412877575389f3d63246ab5307',6.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('2ff619517f9a5e398a9374a589ebcffe','a0e4946598f750e9887d3990cfb31222','8d2a360239b75a55b8ac5955e986ff9d',3.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('d33371b32a4854d681758ca962cceed0','a0e4946598f750e9887d3990cfb31222','41f6e2d5e68f5444a3458996ee05ccb4',3.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('139e79d4cd6950e0af50887bada3265d','a0e4946598f750e9887d3990cfb31222','5c6e5bc935cb5fd389b9465aae778fbd',4.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('968945add94b55c3a7dca92792619ead','a0e4946598f750e9887d3990cfb31222','62e3dec2341a5fcda9fd2e8d531e092d',6.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('fbea54a8145c59948db23d5831659c70','a0e4946598f750e9887d3990cfb31222','48c624224bab58cdb4b2d0cffb57be2a',12.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('a7ccab63080a5b46b48853ef021eb19b','a0e4946598f750e9887d3990cfb31222','80db95860b9f5e41b13b4bb96bd114e4',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('bfd0c72530695e0091c4fbe2bfb38085','a0e4946598f750e9887d3990cfb31222','af02a6dc8ae85cd59d908c3c21ebb028',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('71d351de4dcc5e939aa7a3c417030992','a0e4946598f750e9887d3990cfb31222','b503866115a955b09db787d391d60133',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('91de125cad66565f818c6bea423c6168','a0e4946598f750e9887d3990cfb31222','06fb93eb7c1f5f82994652ad37624d46',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('33a89924a5db537ca1dc3ee848a2c440','a0e4946598f750e9887d3990cfb31222','b1ac40edc74251598cfb30b333d76259',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('0e563383f69554ec9fc04e449530512c','a0e4946598f750e9887d3990cfb31222','6401d59dd73a53a48c40e53d73875f45',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('133650fa648e5207bca9fe42ed5fd4b6','a0e4946598f750e9887d3990cfb31222','fea00d1297785e0bac5419ffcafb00c5',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('c17085b17af8537d98ae4e2a4a90806c','a0e4946598f750e9887d3990cfb31222','ac35b93853b35086a864608e822235d7',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('a8c80d02145d57e19819b4d8885b9fa1','a0e4946598f750e9887d3990cfb31222','b656a136965f5638be1b234d9ce20bdb',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('22a86443198455358af09e24a84e559e','145ce550f35952968dc05635eb067d43','2b96c348b49c57c5b0faa440154bfd67',NULL,NULL,NULL,1);
INSERT INTO "grade" VALUES('01906ceabb8b50fcae8161d18169ef7f','145ce550f35952968dc05635eb067d43','7333ae412877575389f3d63246ab5307',NULL,NULL,NULL,1);
INSERT INTO "grade" VALUES('9a2984b725f6593c912339f024f7174e','145ce550f35952968dc05635eb067d43','8d2a360239b75a55b8ac5955e986ff9d',NULL,NULL,NULL,1);
INSERT INTO "grade" VALUES('a01d690ace1a59af8775c16175fac6c9','145ce550f35952968dc05635eb067d43','41f6e2d5e68f5444a3458996ee05ccb4',NULL,NULL,NULL,1);
INSERT INTO "grade" VALUES('b5e1a3707bcf51cbae01e48941fc588f','145ce550f35952968dc05635eb067d43','5c6e5bc935cb5fd389b9465aae778fbd',NULL,NULL,NULL,1);
INSERT INTO "grade" VALUES('abf1e6e23e1151d1a508f63fd39af8ec','145ce550f35952968dc05635eb067d43','62e3dec2341a5fcda9fd2e8d531e092d',NULL,NULL,NULL,1);
INSERT INTO "grade" VALUES('dbd75167784f5e53acb4e9691981e4ff','145ce550f35952968dc05635eb067d43','48c624224bab58cdb4b2d0cffb57be2a',NULL,NULL,NULL,1);
INSERT INTO "grade" VALUES('6f89771a9cbb5195a0b3f059d4daea75','145ce550f35952968dc05635eb067d43','80db95860b9f5e41b13b4bb96bd114e4',NULL,NULL,NULL,1);
INSERT INTO "grade" VALUES('86548c27046658f89025146e334f4d3a','145ce550f35952968dc05635eb067d43','af02a6dc8ae85cd59d908c3c21ebb028',NULL,NULL,NULL,1);
INSERT INTO "grade" VALUES('43eea47a8e89532187419d32a948ed7f','145ce550f35952968dc05635eb067d43','b503866115a955b09db787d391d60133',NULL,NULL,NULL,1);
INSERT INTO "grade" VALUES('7365f23b1c4255d39a352e125c01b659','145ce550f35952968dc05635eb067d43','06fb93eb7c1f5f82994652ad37624d46',NULL,NULL,NULL,1);
INSERT INTO "grade" VALUES('87d95978678e57229342aef298182377','145ce550f35952968dc05635eb067d43','b1ac40edc74251598cfb30b333d76259',NULL,NULL,NULL,1);
INSERT INTO "grade" VALUES('5a6ab7a166275207b96380277e65142b','145ce550f35952968dc05635eb067d43','6401d59dd73a53a48c40e53d73875f45',NULL,NULL,NULL,1);
INSERT INTO "grade" VALUES('950c3bdb698f50fc8b61abb2064180e1','145ce550f35952968dc05635eb067d43','fea00d1297785e0bac5419ffcafb00c5',NULL,NULL,NULL,1);
INSERT INTO "grade" VALUES('1f5a376692bf5e108e8b1573e30eac86','145ce550f35952968dc05635eb067d43','ac35b93853b35086a864608e822235d7',NULL,NULL,NULL,1);
INSERT INTO "grade" VALUES('645fc0ff26215dc5b9de378b135982d0','145ce550f35952968dc05635eb067d43','b656a136965f5638be1b234d9ce20bdb',NULL,NULL,NULL,1);
INSERT INTO "grade" VALUES('e1e7a208991e5f098520910ffa94a0b3','0dc7f598a6ff5b6bba28be4ddc04e263','2b96c348b49c57c5b0faa440154bfd67',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('0047fe0ecb92562bb72b99d005f152dc','0dc7f598a6ff5b6bba28be4ddc04e263','7333ae412877575389f3d63246ab5307',6.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('dd5abc2ca2255b5f9c822145387ca358','0dc7f598a6ff5b6bba28be4ddc04e263','8d2a360239b75a55b8ac5955e986ff9d',3.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('af3fe1fce9395d09b0a102b8e5ad94c5','0dc7f598a6ff5b6bba28be4ddc04e263','41f6e2d5e68f5444a3458996ee05ccb4',3.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('aaed89345b1f589a9d506d189b58e476','0dc7f598a6ff5b6bba28be4ddc04e263','5c6e5bc935cb5fd389b9465aae778fbd',4.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('2544c222a1a25cc4987a7d56e40a63e7','0dc7f598a6ff5b6bba28be4ddc04e263','62e3dec2341a5fcda9fd2e8d531e092d',6.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('9d21577740d25028900ed4281241aa25','0dc7f598a6ff5b6bba28be4ddc04e263','48c624224bab58cdb4b2d0cffb57be2a',12.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('867f45286d9c5804a5eb06de3ab3ab95','0dc7f598a6ff5b6bba28be4ddc04e263','80db95860b9f5e41b13b4bb96bd114e4',12.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('502017ebe49754c9b86fc7f1d41bfb06','0dc7f598a6ff5b6bba28be4ddc04e263','af02a6dc8ae85cd59d908c3c21ebb028',10.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('301eaab178075a57bb6e1e23c41d8fd5','0dc7f598a6ff5b6bba28be4ddc04e263','b503866115a955b09db787d391d60133',6.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('e7e065b14a1b50e8adf1ffaa4f8155dd','0dc7f598a6ff5b6bba28be4ddc04e263','06fb93eb7c1f5f82994652ad37624d46',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('dee040bb8bf857529feea78d43c6411f','0dc7f598a6ff5b6bba28be4ddc04e263','b1ac40edc74251598cfb30b333d76259',10.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('8294c19b699957b8b3744a44db30e432','0dc7f598a6ff5b6bba28be4ddc04e263','6401d59dd73a53a48c40e53d73875f45',5.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('766f430ce4595b4dbc2867197977422c','0dc7f598a6ff5b6bba28be4ddc04e263','fea00d1297785e0bac5419ffcafb00c5',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('b9f8abf41a1a5e3d9ee21ce766431612','0dc7f598a6ff5b6bba28be4ddc04e263','ac35b93853b35086a864608e822235d7',2.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('bf966dfcab005cf494fd7b46f1f61ff9','0dc7f598a6ff5b6bba28be4ddc04e263','b656a136965f5638be1b234d9ce20bdb',10.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('096889a099e657f3af62146e185b96cf','2176cc20312d56148564c5b20af4bb14','2b96c348b49c57c5b0faa440154bfd67',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('11394890604752d1bdb3bd53a61fbb62','2176cc20312d56148564c5b20af4bb14','7333ae412877575389f3d63246ab5307',6.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('0d840676ae3551788644543ff91d8877','2176cc20312d56148564c5b20af4bb14','8d2a360239b75a55b8ac5955e986ff9d',3.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('aa61c2b977df567d94b3d65fec00bbdf','2176cc20312d56148564c5b20af4bb14','41f6e2d5e68f5444a3458996ee05ccb4',3.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('d3e917eb7e075e488dec16e539869cc9','2176cc20312d56148564c5b20af4bb14','5c6e5bc935cb5fd389b9465aae778fbd',4.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('bde5fed0555851b2bef56722af5e9b2a','2176cc20312d56148564c5b20af4bb14','62e3dec2341a5fcda9fd2e8d531e092d',6.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('cdba18f5826d539db4409983aa836fe5','2176cc20312d56148564c5b20af4bb14','48c624224bab58cdb4b2d0cffb57be2a',12.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('3914067703d35c178721cc136ed2a6c6','2176cc20312d56148564c5b20af4bb14','80db95860b9f5e41b13b4bb96bd114e4',12.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('8447c9f5f6d25ec092ed0f3d5757bf7f','2176cc20312d56148564c5b20af4bb14','af02a6dc8ae85cd59d908c3c21ebb028',8.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('89c34f1fa44253eda2f2c5f1570cbc6d','2176cc20312d56148564c5b20af4bb14','b503866115a955b09db787d391d60133',6.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('46ec6c0de9fa595d9f6efe1d8d707ff9','2176cc20312d56148564c5b20af4bb14','06fb93eb7c1f5f82994652ad37624d46',6.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('566af29da4d15e33a6ff66a6991a1c44','2176cc20312d56148564c5b20af4bb14','b1ac40edc74251598cfb30b333d76259',10.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('9d9cde34eaff5130b35c96036ebfdcbd','2176cc20312d56148564c5b20af4bb14','6401d59dd73a53a48c40e53d73875f45',5.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('b0e53de1ad1e5f64918e0538d4abd9a4','2176cc20312d56148564c5b20af4bb14','fea00d1297785e0bac5419ffcafb00c5',5.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('6c61a50b6be95e1f9350287f96944fe1','2176cc20312d56148564c5b20af4bb14','ac35b93853b35086a864608e822235d7',2.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('46f1617658015647b373d8f7b049229d','2176cc20312d56148564c5b20af4bb14','b656a136965f5638be1b234d9ce20bdb',10.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('dc298ade60c75ea88f6f23a1ce305067','a01b1f6dfdcf54809b1682d9f79dc0d4','2b96c348b49c57c5b0faa440154bfd67',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('e3be7596dbe251be8e6a58b895db2a18','a01b1f6dfdcf54809b1682d9f79dc0d4','7333ae412877575389f3d63246ab5307',3.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('4d6806ef00fa5614bdef445773196b70','a01b1f6dfdcf54809b1682d9f79dc0d4','8d2a360239b75a55b8ac5955e986ff9d',3.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('0cb0e2ba45c156b4bb98f3603c1cc91b','a01b1f6dfdcf54809b1682d9f79dc0d4','41f6e2d5e68f5444a3458996ee05ccb4',3.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('80bf52db37ad5a0284a9ff4fe49662af','a01b1f6dfdcf54809b1682d9f79dc0d4','5c6e5bc935cb5fd389b9465aae778fbd',4.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('33ba8c9e70775875ac0fbcef3084b009','a01b1f6dfdcf54809b1682d9f79dc0d4','62e3dec2341a5fcda9fd2e8d531e092d',6.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('fe13758e1c7f5f1e99d9c84865cda014','a01b1f6dfdcf54809b1682d9f79dc0d4','48c624224bab58cdb4b2d0cffb57be2a',12.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('2882139cc99e5a2bafe2a75ac9c49d39','a01b1f6dfdcf54809b1682d9f79dc0d4','80db95860b9f5e41b13b4bb96bd114e4',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('152e505a255e5a1ba6b67e94beffb38e','a01b1f6dfdcf54809b1682d9f79dc0d4','af02a6dc8ae85cd59d908c3c21ebb028',10.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('ea8be6c41d40593aa54de6f4da211879','a01b1f6dfdcf54809b1682d9f79dc0d4','b503866115a955b09db787d391d60133',6.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('e4a99698fa8c5c4e8d094835ee86602f','a01b1f6dfdcf54809b1682d9f79dc0d4','06fb93eb7c1f5f82994652ad37624d46',6.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('ed80dc3245f35f1db9d821630b634ebd','a01b1f6dfdcf54809b1682d9f79dc0d4','b1ac40edc74251598cfb30b333d76259',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('d916eabd4b605852b806025845407866','a01b1f6dfdcf54809b1682d9f79dc0d4','6401d59dd73a53a48c40e53d73875f45',5.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('4ce1044d539a5e52894f5f4e09129af9','a01b1f6dfdcf54809b1682d9f79dc0d4','fea00d1297785e0bac5419ffcafb00c5',5.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('466f141349495acf8bb9f23721e512f6','a01b1f6dfdcf54809b1682d9f79dc0d4','ac35b93853b35086a864608e822235d7',2.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('a70cb80016035fa980f7ea26adcf6891','a01b1f6dfdcf54809b1682d9f79dc0d4','b656a136965f5638be1b234d9ce20bdb',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('2835994cafda5b1c9ca4baa8463fbfc0','b691f85a98ed59cfa43824ac6241be88','2b96c348b49c57c5b0faa440154bfd67',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('6a38b70811575cde92c80c5944fd1413','b691f85a98ed59cfa43824ac6241be88','7333ae412877575389f3d63246ab5307',6.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('955d4486fe3d5c4aa6b97286c5848d8f','b691f85a98ed59cfa43824ac6241be88','8d2a360239b75a55b8ac5955e986ff9d',3.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('1a2797f1b5ff54df9e742e44732a1a85','b691f85a98ed59cfa43824ac6241be88','41f6e2d5e68f5444a3458996ee05ccb4',3.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('1fb5ddcd96ad54428f8230907c142a55','b691f85a98ed59cfa43824ac6241be88','5c6e5bc935cb5fd389b9465aae778fbd',4.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('5d67dd0590fe519194692affbaf9f5a8','b691f85a98ed59cfa43824ac6241be88','62e3dec2341a5fcda9fd2e8d531e092d',6.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('bccfbb589ab457b190b5a5e89ed4956a','b691f85a98ed59cfa43824ac6241be88','48c624224bab58cdb4b2d0cffb57be2a',12.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('276d6d66965851da8ab185c4219eeee4','b691f85a98ed59cfa43824ac6241be88','80db95860b9f5e41b13b4bb96bd114e4',12.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('8e99cbffbcd55356a13468ab534493e9','b691f85a98ed59cfa43824ac6241be88','af02a6dc8ae85cd59d908c3c21ebb028',10.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('5e93c58488815ee087ac739bc9eac254','b691f85a98ed59cfa43824ac6241be88','b503866115a955b09db787d391d60133',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('77a0ae1572eb5bfc957aa9f53ff39d0b','b691f85a98ed59cfa43824ac6241be88','06fb93eb7c1f5f82994652ad37624d46',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('1e217268d8d75e389c3971d9da6a1fc5','b691f85a98ed59cfa43824ac6241be88','b1ac40edc74251598cfb30b333d76259',10.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('0c9f36747e66501fa325a00dcc945e51','b691f85a98ed59cfa43824ac6241be88','6401d59dd73a53a48c40e53d73875f45',5.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('62ebeb104ccd552b9e2169cd65efc496','b691f85a98ed59cfa43824ac6241be88','fea00d1297785e0bac5419ffcafb00c5',5.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('7fa8014f77425865a32f722fc0f5d0fe','b691f85a98ed59cfa43824ac6241be88','ac35b93853b35086a864608e822235d7',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('64e12a8515545a54b05699735858a55a','b691f85a98ed59cfa43824ac6241be88','b656a136965f5638be1b234d9ce20bdb',10.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('32af7d15404c5de7ba7257f359bd0c39','6e0378c8e1f0538e8e48d848930689b3','2b96c348b49c57c5b0faa440154bfd67',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('d8c2806df9725f4fa8d3a719e6612a07','6e0378c8e1f0538e8e48d848930689b3','7333ae412877575389f3d63246ab5307',6.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('77e540450bd95e35b2339ea3f77f0068','6e0378c8e1f0538e8e48d848930689b3','8d2a360239b75a55b8ac5955e986ff9d',3.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('00849f1ac6775d9b8d68e335790d9e58','6e0378c8e1f0538e8e48d848930689b3','41f6e2d5e68f5444a3458996ee05ccb4',3.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('2f66193dd2d95476b8be14b802c81e8d','6e0378c8e1f0538e8e48d848930689b3','5c6e5bc935cb5fd389b9465aae778fbd',4.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('f187aec25ba45cb6841b04abc9b3c653','6e0378c8e1f0538e8e48d848930689b3','62e3dec2341a5fcda9fd2e8d531e092d',6.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('a5514785c60f52278d68b4b63665f73b','6e0378c8e1f0538e8e48d848930689b3','48c624224bab58cdb4b2d0cffb57be2a',12.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('56e61ca5594c5f8b9640bae98f4bb1bc','6e0378c8e1f0538e8e48d848930689b3','80db95860b9f5e41b13b4bb96bd114e4',12.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('bbff10c9cb3a5fbdbc1d2dbf04350e92','6e0378c8e1f0538e8e48d848930689b3','af02a6dc8ae85cd59d908c3c21ebb028',10.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('e95333c90cad5d6487fa40b7090fe7b9','6e0378c8e1f0538e8e48d848930689b3','b503866115a955b09db787d391d60133',6.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('7517fc756bab5f3cba300a3a73167f0d','6e0378c8e1f0538e8e48d848930689b3','06fb93eb7c1f5f82994652ad37624d46',6.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('688918c5d7fe5c3bada24a93d8c5d96a','6e0378c8e1f0538e8e48d848930689b3','b1ac40edc74251598cfb30b333d76259',10.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('ccb8896a14765e15ae4cdf1387d3a26f','6e0378c8e1f0538e8e48d848930689b3','6401d59dd73a53a48c40e53d73875f45',5.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('4be37778004159baa05a86c9c2975751','6e0378c8e1f0538e8e48d848930689b3','fea00d1297785e0bac5419ffcafb00c5',5.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('0c5c7f3a5e7552d9bdeb9a2aa398b431','6e0378c8e1f0538e8e48d848930689b3','ac35b93853b35086a864608e822235d7',2.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('0b5ee84c960154d7a9973a0b101d1474','6e0378c8e1f0538e8e48d848930689b3','b656a136965f5638be1b234d9ce20bdb',10.0,NULL,NULL,0);
CREATE TABLE grade_cells (
	id VARCHAR(32) NOT NULL, 
	max_score FLOAT NOT NULL, 
	cell_type VARCHAR(8) NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(id) REFERENCES base_cell (id)
);
INSERT INTO "grade_cells" VALUES('2b96c348b49c57c5b0faa440154bfd67',0.0,'code');
INSERT INTO "grade_cells" VALUES('7333ae412877575389f3d63246ab5307',6.0,'code');
INSERT INTO "grade_cells" VALUES('8d2a360239b75a55b8ac5955e986ff9d',3.0,'code');
INSERT INTO "grade_cells" VALUES('41f6e2d5e68f5444a3458996ee05ccb4',3.0,'code');
INSERT INTO "grade_cells" VALUES('5c6e5bc935cb5fd389b9465aae778fbd',4.0,'code');
INSERT INTO "grade_cells" VALUES('62e3dec2341a5fcda9fd2e8d531e092d',6.0,'code');
INSERT INTO "grade_cells" VALUES('48c624224bab58cdb4b2d0cffb57be2a',12.0,'code');
INSERT INTO "grade_cells" VALUES('80db95860b9f5e41b13b4bb96bd114e4',12.0,'code');
INSERT INTO "grade_cells" VALUES('af02a6dc8ae85cd59d908c3c21ebb028',10.0,'code');
INSERT INTO "grade_cells" VALUES('b503866115a955b09db787d391d60133',6.0,'code');
INSERT INTO "grade_cells" VALUES('06fb93eb7c1f5f82994652ad37624d46',6.0,'code');
INSERT INTO "grade_cells" VALUES('b1ac40edc74251598cfb30b333d76259',10.0,'code');
INSERT INTO "grade_cells" VALUES('6401d59dd73a53a48c40e53d73875f45',5.0,'code');
INSERT INTO "grade_cells" VALUES('fea00d1297785e0bac5419ffcafb00c5',5.0,'code');
INSERT INTO "grade_cells" VALUES('ac35b93853b35086a864608e822235d7',2.0,'code');
INSERT INTO "grade_cells" VALUES('b656a136965f5638be1b234d9ce20bdb',10.0,'code');
CREATE TABLE notebook (
	id VARCHAR(32) NOT NULL, 
	name VARCHAR(128) NOT NULL, 
	assignment_id VARCHAR(32), 
	kernelspec VARCHAR(1024), 
	PRIMARY KEY (id), 
	UNIQUE (name, assignment_id), 
	FOREIGN KEY(assignment_id) REFERENCES assignment (id)
);
INSERT INTO "notebook" VALUES('c301d2b762b35e78aa8c68a9f0794c2a','horses-vs-humans','487824efd5fc558ca16b4a647b72b385',NULL);
CREATE TABLE solution_cells (
	id VARCHAR(32) NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(id) REFERENCES base_cell (id)
);
INSERT INTO "solution_cells" VALUES('47b6130ac5545758b8b3cacbfbf1101d');
INSERT INTO "solution_cells" VALUES('b53b39d61fe35f659d8dfa106de9809b');
INSERT INTO "solution_cells" VALUES('ea9c163ac32a5c0da85f5f9e69143df6');
INSERT INTO "solution_cells" VALUES('111de8e6007f5ec892d1f2d8897214f4');
INSERT INTO "solution_cells" VALUES('4382091bca9759dcb50aeb01907f3566');
INSERT INTO "solution_cells" VALUES('6da742848dea57cab10b68becaf21cb1');
INSERT INTO "solution_cells" VALUES('d85135ad7cd857d7a29bcbabf2b3a26e');
INSERT INTO "solution_cells" VALUES('84801a400b1f5ea4be070e14cc216c1f');
INSERT INTO "solution_cells" VALUES('0a63dfbdd8cc53c9baca5ede2cc6cb51');
INSERT INTO "solution_cells" VALUES('0936ad250dc051c5bab58d75d71a70a2');
INSERT INTO "solution_cells" VALUES('24a2645ae4dd5d489d5d7c23bf04dc02');
INSERT INTO "solution_cells" VALUES('234a86ea73455deaa57707847492ba8a');
INSERT INTO "solution_cells" VALUES('968253ee86305d388b79c1b3c54df8d5');
INSERT INTO "solution_cells" VALUES('b3db4fb04b69532594ebca296da5fda4');
INSERT INTO "solution_cells" VALUES('0aea860daaaf588480e953a73f8e78cf');
INSERT INTO "solution_cells" VALUES('5e6342304b495b0398579ec5564c0207');
CREATE TABLE source_cell (
	id VARCHAR(32) NOT NULL, 
	name VARCHAR(128) NOT NULL, 
	cell_type VARCHAR(8) NOT NULL, 
	locked BOOLEAN NOT NULL, 
	source TEXT, 
	checksum VARCHAR(128), 
	notebook_id VARCHAR(32), 
	PRIMARY KEY (id), 
	UNIQUE (name, notebook_id), 
	FOREIGN KEY(notebook_id) REFERENCES notebook (id)
);
INSERT INTO "source_cell" VALUES('2fd99be415a65000becf69e4692ce19e','runs','code',0,'','','c301d2b762b35e78aa8c68a9f0794c2a');
INSERT INTO "source_cell" VALUES('15acc6c7a1295736824239ead3d350a6','directories','code',0,'','','c301d2b762b35e78aa8c68a9f0794c2a');
INSERT INTO "source_cell" VALUES('f1e709c3f83c58ea8671f033d067e5d3','batch','code',0,'','','c301d2b762b35e78aa8c68a9f0794c2a');
INSERT INTO "source_cell" VALUES('5055a5f1dae15ac6918078d6340db411','size','code',0,'','','c301d2b762b35e78aa8c68a9f0794c2a');
INSERT INTO "source_cell" VALUES('fca6af0f67255e9ea1a6f5b38eb24000','labels','code',0,'','','c301d2b762b35e78aa8c68a9f0794c2a');
INSERT INTO "source_cell" VALUES('23ff198b562c537a96ff32ee54744336','base','code',0,'','','c301d2b762b35e78aa8c68a9f0794c2a');
INSERT INTO "source_cell" VALUES('7822ddc6f4825d09abc2cfe03df89361','weights','code',0,'','','c301d2b762b35e78aa8c68a9f0794c2a');
INSERT INTO "source_cell" VALUES('82997ed3a36e5d2b925a2ef2401afb71','frozen','code',0,'','','c301d2b762b35e78aa8c68a9f0794c2a');
INSERT INTO "source_cell" VALUES('955523f5b1c656c28d33cd4f6c03573b','cut','code',0,'','','c301d2b762b35e78aa8c68a9f0794c2a');
INSERT INTO "source_cell" VALUES('13175023004e5ae99d9236bab67ebb38','functional','code',0,'','','c301d2b762b35e78aa8c68a9f0794c2a');
INSERT INTO "source_cell" VALUES('fdc290f46ef35ab5bea005452f1046b3','head','code',0,'','','c301d2b762b35e78aa8c68a9f0794c2a');
INSERT INTO "source_cell" VALUES('f0343d6d60c15bf2a3b862fd9e64f961','dropout','code',0,'','','c301d2b762b35e78aa8c68a9f0794c2a');
INSERT INTO "source_cell" VALUES('62b327e2d7df5253b2f84ee5ad551565','output','code',0,'','','c301d2b762b35e78aa8c68a9f0794c2a');
INSERT INTO "source_cell" VALUES('5aba888b7f805cca8dc4f9ab65a73b11','loss','code',0,'','','c301d2b762b35e78aa8c68a9f0794c2a');
INSERT INTO "source_cell" VALUES('0683de9f319f5cd09b587320f219ec8f','metric','code',0,'','','c301d2b762b35e78aa8c68a9f0794c2a');
INSERT INTO "source_cell" VALUES('67e91c462de25cec983c161c991da1b7','accuracy','code',0,'','','c301d2b762b35e78aa8c68a9f0794c2a');
CREATE TABLE student (
	id VARCHAR(128) NOT NULL, 
	first_name VARCHAR(128), 
	last_name VARCHAR(128), 
	email VARCHAR(128), 
	lms_user_id VARCHAR(128), 
	PRIMARY KEY (id)
);
INSERT INTO "student" VALUES('crashed',NULL,NULL,NULL,NULL);
INSERT INTO "student" VALUES('held',NULL,NULL,NULL,NULL);
INSERT INTO "student" VALUES('hostile',NULL,NULL,NULL,NULL);
INSERT INTO "student" VALUES('late',NULL,NULL,NULL,NULL);
INSERT INTO "student" VALUES('many-mistakes',NULL,NULL,NULL,NULL);
INSERT INTO "student" VALUES('opaque',NULL,NULL,NULL,NULL);
INSERT INTO "student" VALUES('perfect',NULL,NULL,NULL,NULL);
CREATE TABLE submitted_assignment (
	id VARCHAR(32) NOT NULL, 
	assignment_id VARCHAR(32), 
	student_id VARCHAR(128), 
	timestamp DATETIME, 
	extension DATETIME, 
	PRIMARY KEY (id), 
	UNIQUE (assignment_id, student_id), 
	FOREIGN KEY(assignment_id) REFERENCES assignment (id), 
	FOREIGN KEY(student_id) REFERENCES student (id)
);
INSERT INTO "submitted_assignment" VALUES('bdbcc746006658c69689ee0e15093a81','487824efd5fc558ca16b4a647b72b385','crashed',NULL,NULL);
INSERT INTO "submitted_assignment" VALUES('ac1013576a2453b799c1adad4dadcb9e','487824efd5fc558ca16b4a647b72b385','held',NULL,NULL);
INSERT INTO "submitted_assignment" VALUES('c0017b6f808350fc80bcec4f36373d67','487824efd5fc558ca16b4a647b72b385','hostile',NULL,NULL);
INSERT INTO "submitted_assignment" VALUES('e7e4fe259fb1556e90ed72ed3804108b','487824efd5fc558ca16b4a647b72b385','late',NULL,NULL);
INSERT INTO "submitted_assignment" VALUES('55316e2298ec5294bf458e74a0a421ed','487824efd5fc558ca16b4a647b72b385','many-mistakes',NULL,NULL);
INSERT INTO "submitted_assignment" VALUES('eba71c4a922550bca77ea309dc78e7a4','487824efd5fc558ca16b4a647b72b385','opaque',NULL,NULL);
INSERT INTO "submitted_assignment" VALUES('f23ad6ab37b25366ad0da8292c106fe8','487824efd5fc558ca16b4a647b72b385','perfect',NULL,NULL);
CREATE TABLE submitted_notebook (
	id VARCHAR(32) NOT NULL, 
	assignment_id VARCHAR(32), 
	notebook_id VARCHAR(32), 
	flagged BOOLEAN, 
	late_submission_penalty FLOAT, 
	PRIMARY KEY (id), 
	UNIQUE (notebook_id, assignment_id), 
	FOREIGN KEY(assignment_id) REFERENCES submitted_assignment (id), 
	FOREIGN KEY(notebook_id) REFERENCES notebook (id)
);
INSERT INTO "submitted_notebook" VALUES('a0e4946598f750e9887d3990cfb31222','bdbcc746006658c69689ee0e15093a81','c301d2b762b35e78aa8c68a9f0794c2a',0,0.0);
INSERT INTO "submitted_notebook" VALUES('145ce550f35952968dc05635eb067d43','ac1013576a2453b799c1adad4dadcb9e','c301d2b762b35e78aa8c68a9f0794c2a',0,0.0);
INSERT INTO "submitted_notebook" VALUES('0dc7f598a6ff5b6bba28be4ddc04e263','c0017b6f808350fc80bcec4f36373d67','c301d2b762b35e78aa8c68a9f0794c2a',0,0.0);
INSERT INTO "submitted_notebook" VALUES('2176cc20312d56148564c5b20af4bb14','e7e4fe259fb1556e90ed72ed3804108b','c301d2b762b35e78aa8c68a9f0794c2a',0,9.8);
INSERT INTO "submitted_notebook" VALUES('a01b1f6dfdcf54809b1682d9f79dc0d4','55316e2298ec5294bf458e74a0a421ed','c301d2b762b35e78aa8c68a9f0794c2a',0,0.0);
INSERT INTO "submitted_notebook" VALUES('b691f85a98ed59cfa43824ac6241be88','eba71c4a922550bca77ea309dc78e7a4','c301d2b762b35e78aa8c68a9f0794c2a',0,0.0);
INSERT INTO "submitted_notebook" VALUES('6e0378c8e1f0538e8e48d848930689b3','f23ad6ab37b25366ad0da8292c106fe8','c301d2b762b35e78aa8c68a9f0794c2a',0,0.0);
CREATE TABLE task_cells (
	id VARCHAR(32) NOT NULL, 
	max_score FLOAT NOT NULL, 
	cell_type VARCHAR(8) NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(id) REFERENCES base_cell (id)
);
COMMIT;
